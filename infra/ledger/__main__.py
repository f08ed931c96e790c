"""`make ledger`: enter a credit about an invoice, or a payout to a creator.

    make ledger KIND=credit SUBJECT=inv_… CENTS=500 REFERENCE=ticket-12

It asks the platform that runs on this machine, or the installation that `INSTALLATION` names. The
same reference is entered once. Refunds are made at Stripe, and enter themselves.
"""

from __future__ import annotations

import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors_as_data import from_data
from infra.local.platform.progress import print_json
from infra.sweep.__main__ import asked_platform


def main() -> int:
    """Ask, and print what was entered; what is refused is told and ends with 1."""
    env = os.environ
    try:
        given = {
            "kind": env.get("KIND", ""),
            "subject": env.get("SUBJECT", ""),
            "cents": int(env.get("CENTS", "")),
            "reference": env.get("REFERENCE", ""),
        }
        found = asked_platform().ask("calls_ledger_enter", given)
    except (LookupError, RuntimeError, ValueError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    if "error" in found:
        print(from_data(found["error"]).detail, file=sys.stderr)
        return 1
    print_json(found["answer"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
