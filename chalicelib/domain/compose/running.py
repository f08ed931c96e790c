"""Reads how a service is run: restarts, replicas, the way it is stopped, and its logs."""

from __future__ import annotations

import re

from chalicelib.domain.compose.health import read_seconds
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.units import megabytes
from chalicelib.domain.plan import LogLimit

MAX_STOP_GRACE = 600.0
DEFAULT_STOP_GRACE = 10.0
DEFAULT_RESTART = "unless-stopped"
"""What is called running comes back after a crash and after a restart of its server."""
MOST_LOGS = LogLimit()
"""What a service may keep of its output; less is granted."""

_RESTART = re.compile(r"no|always|unless-stopped|on-failure(?::[0-9]{1,4})?", re.ASCII)
_CONDITIONS = {"none": "no", "any": "always", "on-failure": "on-failure"}
_SIGNAL = re.compile(r"(?:SIG)?[A-Z]{2,8}[0-9]?(?:[+-][0-9]{1,2})?|[0-9]{1,2}", re.ASCII)
_LOG_DRIVERS = {"", "json-file", "local"}


def read_restart(service: Section, deploy: Section) -> str:
    """Read `restart`, or else `deploy.restart_policy`. Raises `InvalidPlan`."""
    stated = service.text("restart") or ""
    if deploy.take("restart_policy") is not None:
        policy = deploy.section("restart_policy")
        stated = stated or _deployed(policy)
        policy.close()
    stated = stated or DEFAULT_RESTART
    text = stated.strip().lower()
    text = "no" if text in {"false", "none"} else text
    if not _RESTART.fullmatch(text):
        detail = f"{service.at('restart')} must be no, always, on-failure[:times], unless-stopped."
        raise fault(Mistaken.BAD_RESTART, detail, service.line("restart"))
    return text


def _deployed(policy: Section) -> str:
    condition = (policy.text("condition") or "").strip().lower()
    if not condition:
        return ""
    if condition not in _CONDITIONS:
        detail = f"{policy.at('condition')} must be none, on-failure or any."
        raise fault(Mistaken.BAD_RESTART, detail, policy.line("condition"))
    times = policy.integer("max_attempts") if condition == "on-failure" else None
    if times is not None and not 0 <= times <= 9999:
        detail = f"{policy.at('max_attempts')} must be within 0 and 9999."
        raise fault(Mistaken.BAD_RESTART, detail, policy.line("max_attempts"))
    return f"{_CONDITIONS[condition]}:{times}" if times else _CONDITIONS[condition]


def tell_replicas(service: Section, deploy: Section) -> None:
    """Tell that one container runs for a service, whatever number it asks for.

    Raises `InvalidPlan` for what is no number.
    """
    for section, key in ((service, "scale"), (deploy, "replicas")):
        count = section.integer(key)
        if count is not None and count < 0:
            detail = f"{section.at(key)} must be 0 or more."
            raise fault(Mistaken.BAD_LIMIT, detail, section.line(key))
        if count not in {None, 1}:
            section.ignore(key, "One container runs for a service.")
    if (deploy.text("mode") or "replicated") != "replicated":
        deploy.ignore("mode", "One container runs for a service.")


def read_stop_grace(service: Section) -> float:
    """Read how many seconds a service has to stop; more than the most is told.

    Raises `InvalidPlan`.
    """
    seconds = read_seconds(service, "stop_grace_period", DEFAULT_STOP_GRACE)
    if seconds > MAX_STOP_GRACE:
        reason = f"It is taken as {MAX_STOP_GRACE:.0f} s, the most that a service gets."
        service.ignore("stop_grace_period", reason)
    return min(seconds, MAX_STOP_GRACE)


def read_stop_signal(service: Section) -> str | None:
    """Read the signal by which a service is asked to stop. Raises `InvalidPlan`."""
    text = (service.text("stop_signal") or "").strip().upper()
    if not text:
        return None
    if not _SIGNAL.fullmatch(text) or (text.isdigit() and not 1 <= int(text) <= 64):
        detail = f"{service.at('stop_signal')} must be a signal such as SIGTERM."
        raise fault(Mistaken.WRONG_TYPE, detail, service.line("stop_signal"))
    return text


def read_logs(service: Section) -> LogLimit:
    """Read how much output is kept: what the text says, up to Hoster's own limit.

    Raises `InvalidPlan`.
    """
    if service.take("logging") is None:
        return MOST_LOGS
    logging = service.section("logging")
    if logging.text("driver") not in {None, *_LOG_DRIVERS}:
        logging.ignore("driver", "Logs are kept on the server, where Hoster reads them.")
    options = logging.section("options")
    size, files = _log_megabytes(options), options.integer("max-file")
    for key, value, most in (
        ("max-size", size, MOST_LOGS.megabytes),
        ("max-file", files, MOST_LOGS.files),
    ):
        if value is not None and not 1 <= value <= most:
            unit = "MB" if key == "max-size" else "files"
            options.ignore(key, f"Logs are capped at {most} {unit}.")
    options.close()
    logging.close()
    return LogLimit(
        _capped(size, MOST_LOGS.megabytes),
        _capped(files, MOST_LOGS.files),
    )


def _capped(value: int | None, most: int) -> int:
    return most if value is None or value < 1 else min(value, most)


def _log_megabytes(options: Section) -> int | None:
    node = options.take("max-size")
    if node is None:
        return None
    text = as_text(node, options.at("max-size")).strip()
    try:
        return 0 if text == "-1" else megabytes(text)
    except ValueError as error:
        detail = f"{options.at('max-size')}: {shown(node)} {error}."
        raise fault(Mistaken.BAD_LIMIT, detail, node.line) from error
