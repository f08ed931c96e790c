"""What `requirements.lock` says of packages: their exact versions and the hashes of their files.

    python3 -m infra.packaging.lock boto3 infra/packaging/layers/crypto.txt

It prints the pins of the packages that are named, and of those that a list pins. It uses the
standard library alone, so that the app proxy's image can ask it too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"
_PIN = re.compile(r"^(\S+?)==(\S+) \\\n((?:    --hash=\S+(?: \\)?\n)+)", re.MULTILINE)


def pins(lock: Path = LOCK) -> dict[str, str]:
    """Each package's pin with its hashes, as pip reads it, by the package's normal name."""
    return {normal(found[1]): found[0] for found in _PIN.finditer(lock.read_text())}


def listed(path: Path) -> list[str]:
    """The packages that a list pins, as `name==version`."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def locked(wanted: Iterable[str], lock: Path = LOCK) -> str:
    """The pins with hashes of packages given by name or as `name==version`.

    Raises `LookupError` for a package that the lock lacks or pins at another version: then
    `make lock` was forgotten.
    """
    known = pins(lock)
    found = []
    for one in wanted:
        name, _, version = one.partition("==")
        pin = known.get(normal(name), "")
        if not pin or (version and f"=={version} " not in pin):
            detail = f"{lock.name} does not pin {one}; run make lock"
            raise LookupError(detail)
        found.append(pin)
    return "".join(found)


def normal(name: str) -> str:
    """A package's name as indexes compare it, without its extras."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def main() -> None:
    """Print what is asked for."""
    for given in sys.argv[1:]:
        path = Path(given)
        sys.stdout.write(locked(listed(path) if path.suffix == ".txt" else [given]))


if __name__ == "__main__":
    main()
