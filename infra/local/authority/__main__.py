"""`python -m infra.local.authority`: be the local certificate authority until SIGTERM."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from infra.local.authority.endpoint import Files
from infra.local.authority.pebble import MANNERS, Authority
from infra.local.become import become


def main() -> NoReturn:
    """Become Pebble, so that it is the platform's own child."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of its files")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--management-port", type=int, required=True)
    parser.add_argument(
        "--challenge-port", type=int, required=True, help="where it asks for HTTP-01"
    )
    parser.add_argument("--name-server", required=True, help="address:port that it resolves by")
    given = parser.parse_args()
    authority = Authority(Files(given.state.resolve()), given.port, given.management_port)
    authority.write(given.challenge_port)
    become(authority.command(given.name_server), MANNERS)


if __name__ == "__main__":
    main()
