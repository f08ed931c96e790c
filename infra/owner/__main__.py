"""`make owner-…`: ask a function of the installation that no route leads to.

    make owner-suspend ACCOUNT=… REASON="Sends spam" APPS=stop

It asks the platform that runs on this machine, or the installation on AWS that `INSTALLATION`
names, with the AWS credentials of whoever calls: who may invoke these functions is the account's
IAM to say, and who did is told by its CloudTrail.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors_as_data import from_data
from infra.local.platform.progress import print_json
from infra.owner.commands import Command, NotSaid, asked
from infra.sweep.__main__ import asked_platform
from infra.sweep.round import Lambda

ROUNDS = 200
"""How often a function is asked that leaves something to be done."""
PAUSE_SECONDS = 2.0


class Refused(Exception):
    """The function said no; the text is its own."""


def ask(platform: Lambda, command: Command, given: dict[str, Any]) -> dict[str, Any]:
    """Ask until nothing is left to be done; the last answer, with counts added up.

    Raises `Refused` for what the function refuses.
    """
    summed: dict[str, Any] = {}
    for _ in range(ROUNDS):
        found = platform.ask(command.function, given)
        if "error" in found:
            raise Refused(from_data(found["error"]).detail)
        answer: dict[str, Any] = found["answer"]
        summed = _added(summed, answer)
        if answer.get("after") is not None:
            given = {**given, "after": answer["after"]}
        elif answer.get("left"):
            time.sleep(PAUSE_SECONDS)
        else:
            return summed
    return summed


def _added(before: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Later answers go over earlier ones; what is counted is added up."""
    added = {**before, **answer}
    for name in ("told", "stopping"):
        if name in answer:
            added[name] = before.get(name, 0) + answer[name]
    if "changed" in answer:
        added["changed"] = bool(before.get("changed") or answer["changed"])
    return added


def confirmed(name: str, given: dict[str, str]) -> bool:
    """Whether whoever asks means it: said beforehand, or typed."""
    if os.environ.get("YES") == "1":
        return True
    said = ", ".join(f"{word} {value}" for word, value in given.items())
    print(f"owner-{name}: {said}\nType yes to go on: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() == "yes"


def main(name: str) -> int:
    """Ask, and print the answer as one line of JSON; what is refused is told and ends with 1."""
    try:
        command, given = asked(name, os.environ)
        if command.needs_yes and not confirmed(name, given):
            print("Nothing was done.", file=sys.stderr)
            return 1
        print_json(ask(asked_platform(), command, given))
    except (NotSaid, Refused, LookupError, RuntimeError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
