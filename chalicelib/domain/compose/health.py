"""Reads a service's health check."""

from __future__ import annotations

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.tree import Node, Scalar
from chalicelib.domain.compose.units import seconds
from chalicelib.domain.plan import HealthCheck

DISABLED = HealthCheck(test=("NONE",))
"""Docker's form of “no health check, not even the image's own”."""

_DEFAULT = HealthCheck(test=())
_LEAST_SECONDS = 0.001
"""Docker refuses shorter intervals."""
MAX_RETRIES = 1000


def read_health_check(service: Section, *, lenient: bool = False) -> HealthCheck | None:
    """Read `healthcheck`; None when the service states none. Raises `InvalidPlan`.

    Without a `test` the image's own stays, with the times given here. Lenient takes a list
    that begins with neither CMD nor CMD-SHELL for the command itself.
    """
    if service.take("healthcheck") is None:
        return None
    section = service.section("healthcheck")
    test = _read_test(section, lenient=lenient)
    check = HealthCheck(
        test=test,
        interval=read_seconds(section, "interval", _DEFAULT.interval),
        timeout=read_seconds(section, "timeout", _DEFAULT.timeout),
        retries=_read_retries(section),
        start_period=read_seconds(section, "start_period", _DEFAULT.start_period),
        start_interval=read_seconds(section, "start_interval", _DEFAULT.start_interval),
    )
    disabled = section.boolean("disable") or test[:1] == ("NONE",)
    section.close()
    return DISABLED if disabled else check


def read_seconds(section: Section, key: str, default: float) -> float:
    """Read a duration; absent and zero give the default. Raises `InvalidPlan`."""
    node = section.take(key)
    if node is None:
        return default
    try:
        value = seconds(as_text(node, section.at(key)))
    except ValueError as error:
        detail = f"{section.at(key)}: {shown(node)} {error}."
        raise fault(Mistaken.BAD_DURATION, detail, node.line) from error
    return max(value, _LEAST_SECONDS) if value else default


def _read_test(section: Section, *, lenient: bool) -> tuple[str, ...]:
    """Read `test` into Docker's form; a single string goes to the shell."""
    node = section.take("test")
    if node is None:
        return ()
    path = section.at("test")
    if isinstance(node, Scalar):
        text = as_text(node, path)
        return ("CMD-SHELL", text) if text.strip() else ()
    words = tuple(as_text(item, path) for item in section.items("test"))
    if words == ("NONE",) or not words:
        return words
    if lenient and words[0] not in {"CMD", "CMD-SHELL", "NONE"}:
        section.ignore("test", "It lacks CMD as its first word, and is taken as if it had it.")
        return ("CMD", *words)
    if words[0] not in {"CMD", "CMD-SHELL"} or len(words) < 2:
        raise _bad_test(path, node)
    return words


def _bad_test(path: str, node: Node) -> Exception:
    detail = f"{path} must begin with CMD or CMD-SHELL and name a command, or be NONE."
    return fault(Mistaken.BAD_HEALTH_CHECK, detail, node.line)


def _read_retries(section: Section) -> int:
    retries = section.integer("retries") or _DEFAULT.retries
    if not 1 <= retries <= MAX_RETRIES:
        detail = f"{section.at('retries')} must be within 1 and {MAX_RETRIES}."
        raise fault(Mistaken.BAD_HEALTH_CHECK, detail, section.line("retries"))
    return retries
