"""`make seed`: load the templates that come with Hoster; loading twice changes nothing.

    make seed                                   the platform that runs on this machine
    make seed URL=https://hoster.example EMAIL=owner@example.com    asks for PASSWORD= too
    make seed ONLY=wordpress,gitea JSON=1

`DIR=` names another folder of templates.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import httpx

from infra.local.journey.client import Refused
from infra.local.platform.progress import Progress, print_json
from infra.seed.account import creator
from infra.seed.folder import FOLDER, BadFolder, Seed, read_all
from infra.seed.load import Done, Outcome, load

MARKS = {
    "made": "+",
    "published": "+",
    "version": "↑",
    "unchanged": "=",
    "kept": "=",
    "failed": "✗",
}


def main() -> int:
    """Load, tell each template, and end with 1 when one failed."""
    progress = Progress()
    try:
        seeds = _chosen(os.environ)
        account = creator(os.environ)
    except (BadFolder, LookupError, Refused, httpx.HTTPError) as error:
        print(error, file=sys.stderr)
        return 1
    outcomes = []
    for outcome in load(account, seeds):
        outcomes.append(outcome)
        _tell(progress, outcome)
    counts = counted(outcomes)
    if progress.quiet_out:
        print_json({"summary": {"seeds": len(outcomes), **counts}, "ok": not counts["failed"]})
    progress.line(", ".join(f"{count} {done}" for done, count in counts.items() if count))
    return 1 if counts["failed"] else 0


def counted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many templates became what."""
    found = Counter(outcome.done for outcome in outcomes)
    return {done: found[done] for done in get_args(Done)}


def _chosen(env: os._Environ[str]) -> list[Seed]:
    seeds = read_all(Path(env.get("DIR") or FOLDER))
    only = {slug for slug in env.get("ONLY", "").split(",") if slug}
    missing = only - {seed.slug for seed in seeds}
    if missing or not seeds:
        message = f"There is no template {', '.join(sorted(missing)) or 'in that folder'}."
        raise LookupError(message)
    return [seed for seed in seeds if not only or seed.slug in only]


def _tell(progress: Progress, outcome: Outcome) -> None:
    if progress.quiet_out:
        print_json(asdict(outcome))
    detail = f" ({outcome.detail})" if outcome.detail else ""
    mark = MARKS[outcome.done]
    progress.line(f"{mark} {outcome.slug} {outcome.version}: {outcome.done}{detail}")


if __name__ == "__main__":
    sys.exit(main())
