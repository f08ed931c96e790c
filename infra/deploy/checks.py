"""What is looked at before anything is changed: what was built, credentials, quotas, names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.stage import Stage
from infra.deploy.web import FIRST_PAGE

LEAST_CONCURRENCY = 10
"""Functions at once without which work that waits for other work does not go on."""
GOOD_CONCURRENCY = 100
"""Below it a busy hour is throttled. A new account of AWS may have 10; more are free to ask for."""
Level = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    text: str


def findings(stage: Stage, session: Any, build: Path, dist: Path) -> Iterator[Finding]:
    """Look at everything, as far as credentials lead. `session` is boto3's, in the region."""
    for path, command in ((build / "manifest.json", "package"), (dist / FIRST_PAGE, "web")):
        if not path.exists():
            yield Finding("wrong", f"{path} is not there: make {command}")
    try:
        yield from _account(stage, session)
        yield from _functions(session, build)
    except (ClientError, BotoCoreError) as error:
        yield Finding("wrong", f"AWS does not answer for {stage.region}: {error}")
    yield from _names(stage)


def _account(stage: Stage, session: Any) -> Iterator[Finding]:
    caller = session.client("sts").get_caller_identity()
    if caller["Account"] != stage.account:
        text = f"These credentials are of account {caller['Account']}, not {stage.account}."
        yield Finding("wrong", text)
        return
    yield Finding("ok", f"{caller['Arn']} in {stage.region}")


def _functions(session: Any, build: Path) -> Iterator[Finding]:
    """How many functions may run at once, and whether there is room for their code."""
    settings = session.client("lambda").get_account_settings()
    limit = settings["AccountLimit"]
    at_once = limit["ConcurrentExecutions"]
    text = f"Lambda runs at most {at_once} functions at once here"
    if at_once < LEAST_CONCURRENCY:
        yield Finding("wrong", f"{text}; {LEAST_CONCURRENCY} are needed. Ask AWS for more.")
    elif at_once < GOOD_CONCURRENCY:
        more = "ask AWS for more (Service Quotas, Concurrent executions); none need be reserved."
        yield Finding("warning", f"{text}; below {GOOD_CONCURRENCY} a busy hour waits: {more}")
    else:
        yield Finding("ok", f"{text}; none of them is reserved")
    room = limit["TotalCodeSize"] - settings["AccountUsage"]["TotalCodeSize"]
    needed = sum(path.stat().st_size for path in build.rglob("*.zip"))
    if needed > room:
        yield Finding("wrong", f"Lambda keeps {room} more bytes of code here, {needed} are needed.")


def _names(stage: Stage) -> Iterator[Finding]:
    """Whether apps would live beside the platform: one of them could set cookies for it."""
    platform = urlsplit(stage.url).hostname or ""
    apps = stage.parameters.get("AppsDomain", "")
    shared = _shared(platform, apps)
    if shared:
        text = (
            f"Apps would live under {apps}, the platform at {platform}: both are under {shared}, so"
            " that browsers take them for one site. Give apps a domain of their own."
        )
        yield Finding("warning", text)
    else:
        yield Finding("ok", f"Apps under {apps or 'the default domain'}, apart from {platform}")


def _shared(one: str, other: str) -> str:
    """The domain that two names share, of two labels at least; empty for none.

    No list of public suffixes is asked: under one such as `co.uk` this warns once too often.
    """
    pairs = zip(reversed(one.split(".")), reversed(other.split(".")), strict=False)
    labels: list[str] = []
    for mine, theirs in pairs:
        if mine != theirs:
            break
        labels.insert(0, mine)
    return ".".join(labels) if len(labels) > 1 else ""
