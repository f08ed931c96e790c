"""`python -m infra.local.dns`: serve the zone, or look at the running one and change it.

python -m infra.local.dns set shop.customers.localhost CNAME hello.apps.localhost
python -m infra.local.dns set _hoster-challenge.shop.customers.localhost TXT "the token"
python -m infra.local.dns remove shop.customers.localhost
python -m infra.local.dns show
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from infra.local.become import become
from infra.local.dns.records import NameServer, NotChanged
from infra.local.dns.zone import Files, write
from infra.local.platform import layout


def main() -> int:
    """Read the command."""
    given = _parser().parse_args()
    files = Files(given.state.resolve())
    if given.command == "serve":
        _serve(files, given.address, given.port)
    if not files.key.exists():
        print("The local name server was never started; start it with: make run", file=sys.stderr)
        return 1
    server = NameServer.of(files, given.address, given.port)
    try:
        _do(server, given)
    except (NotChanged, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, default=layout.DNS, help="folder of its files")
    parser.add_argument("--address", default=layout.DNS_ADDRESS)
    parser.add_argument("--port", type=int, default=layout.DNS_PORT)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="be the name server")
    commands.add_parser("show", help="print every record")
    change = commands.add_parser("set", help="have exactly these values at a name")
    change.add_argument("name")
    change.add_argument("kind", type=str.upper, metavar="A|AAAA|CNAME|TXT|CAA|…")
    change.add_argument("values", nargs="+")
    remove = commands.add_parser("remove", help="have nothing at a name, or nothing of one kind")
    remove.add_argument("name")
    remove.add_argument("kind", type=str.upper, nargs="?")
    return parser


def _serve(files: Files, address: str, port: int) -> NoReturn:
    """Become Knot."""
    write(files, address, port)
    become(["knotd", "-c", str(files.config)])


def _do(server: NameServer, given: argparse.Namespace) -> None:
    match given.command:
        case "show":
            print("\n".join(server.show()))
        case "set":
            server.set(given.name, given.kind, *given.values)
        case "remove":
            server.remove(given.name, given.kind)


if __name__ == "__main__":
    sys.exit(main())
