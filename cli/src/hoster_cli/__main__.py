"""`hoster`: run a command, and end with the status that says how it went.

0 done, 1 work that failed, 2 a command that cannot be understood, 3 not found, 4 refused,
5 not reached, 130 interrupted.
"""

from __future__ import annotations

import sys

from hoster_cli import show
from hoster_cli.app import app
from hoster_cli.errors import Problem

INTERRUPTED = 130


def main() -> None:
    """Run the command that the arguments name."""
    try:
        app(prog_name="hoster")
    except Problem as error:
        show.problem(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
