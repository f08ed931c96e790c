"""Writes the scripts that copy a volume's data on its server, put it back and forget it.

Each script may die at any line and be run again. Folders are Docker's own mountpoints.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from chalicelib.adapters.nodes import detached

Pair = tuple[str, str]
"""Where a volume's data lies, and where its snapshot does."""

_TAKE = """\
set -eu
cp --help 2>&1 | grep -q reflink && sparing=--reflink=auto || sparing=
take() {
  rm -rf "$2.new"
  cp -a $sparing "$1" "$2.new"
  rm -rf "$2"
  mv "$2.new" "$2"
}
"""
_PUT_BACK = """\
set -eu
put_back() {
  if [ -e "$2" ]; then
    [ -e "$1.undone" ] || mv -T "$1" "$1.undone"
    mv -T "$2" "$1"
  fi
  rm -rf "$1.undone"
}
"""


def folder(deployment_id: str, generation: int, what: str) -> str:
    """Return the folder of the work on a generation's snapshots."""
    return detached.folder("snapshots", f"{deployment_id}.{generation}.{what}")


def take(pairs: Iterable[Pair]) -> str:
    """Return the script that copies each volume; its end means that the copies are on disk."""
    return f"{_TAKE}{_each('take', pairs)}\nsync\n"


def put_back(pairs: Iterable[Pair]) -> str:
    """Return the script that puts each copy in its volume's place by renaming.

    A volume's data moves aside before its copy moves in; a copy that is gone has moved in.
    """
    return f"{_PUT_BACK}{_each('put_back', pairs)}\nsync\n"


def _each(verb: str, pairs: Iterable[Pair]) -> str:
    return "\n".join(f"{verb} {shlex.join(pair)}" for pair in pairs)


def start(folder: str) -> str:
    """Return a script that starts what it reads, unless that runs or has ended well."""
    failed = f'[ "$(cat {folder}/status 2>/dev/null)" = 0 ] || rm -f {folder}/status'
    return f"{failed}\n{detached.start(folder, again=False)}"


def measure(folders: Iterable[str]) -> str:
    """Return a script that prints the KB of each folder, then what is free beside them."""
    each = "\n".join(f"du -sk {shlex.quote(one)} | cut -f 1" for one in folders)
    last = " ".join(map(shlex.quote, folders))
    return f"set -eu\n{each}\ndf -Pk {last} | awk 'NR > 1 {{ print $4 }}' | sort -n | head -n 1"


def forget(deployment_id: str) -> str:
    """Return a script that ends work on a deployment's snapshots and forgets how it went."""
    return detached.forget("snapshots", deployment_id)
