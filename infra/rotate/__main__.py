"""`make rotate SECRET=gateway`: put another secret into the place of the present one.

    make rotate SECRET=gateway                begin: both are taken
    make rotate SECRET=gateway DONE=1         end: only the new one is
    make rotate SECRET=stripe < new.json      {"key": …, "webhook_secret": …}, or one of them

What is somebody else's is read from standard input, so that it stands in no history of a shell. It
asks the platform that runs on this machine, or the installation that `INSTALLATION` names.
"""

from __future__ import annotations

import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra.installations import Installation, asked
from infra.rotate.turns import TURNS, Refused


def main() -> int:
    """Do it and say what comes next; what is refused is told and ends with 1."""
    try:
        print(_turned(asked(), os.environ.get("SECRET", "")))
    except (LookupError, Refused, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _turned(installation: Installation, name: str) -> str:
    if name not in TURNS:
        raise Refused(f"Say which with SECRET=: {', '.join(TURNS)}")
    turn, client = TURNS[name], installation.client("secretsmanager")
    secret = f"{installation.name}/{name}"
    present = client.get_secret_value(SecretId=secret)["SecretString"]
    if os.environ.get("DONE") == "1":
        if turn.end is None:
            raise Refused("Nothing of the one before is kept; there is nothing to end.")
        client.put_secret_value(SecretId=secret, SecretString=turn.end(present))
        return f"{secret}: only the new one is taken, within five minutes."
    given = sys.stdin.read().strip() if turn.asks else ""
    client.put_secret_value(SecretId=secret, SecretString=turn.begin(present, given))
    return f"{secret} is replaced. {turn.after}"


if __name__ == "__main__":
    sys.exit(main())
