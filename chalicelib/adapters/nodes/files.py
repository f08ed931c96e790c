"""Packs managed files for delivery, and writes the script that puts them in place."""

from __future__ import annotations

import io
import shlex
import tarfile
from collections.abc import Iterable

from chalicelib.domain import names_on_node as names
from chalicelib.domain.plan import ManagedFile


def pack(files: Iterable[ManagedFile]) -> bytes:
    """Return a tar archive of the files, owned by root, with their modes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file in files:
            content = file.content.encode()
            entry = tarfile.TarInfo(names.file_name(file))
            entry.size, entry.mode = len(content), file.mode
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def unpack(deployment_id: str) -> str:
    """Return a script that puts an archive's files in place, each at once and never in part.

    A running container keeps the file that it was started with. The folder is root's alone;
    containers see single files.
    """
    folder = shlex.quote(names.files_folder(deployment_id))
    return f"""\
set -eu
umask 077
mkdir -p {folder}
cd {folder}
new=$(mktemp -d .new.XXXXXX)
trap 'rm -rf "$new"' EXIT
tar -x -p -f - -C "$new"
mv -f "$new"/* ."""


def keep(deployment_id: str, files: Iterable[ManagedFile]) -> str:
    """Return a script that removes every delivered file but these."""
    folder = shlex.quote(names.files_folder(deployment_id))
    others = "".join(f" ! -name {shlex.quote(names.file_name(file))}" for file in files)
    return f"[ ! -e {folder} ] || find {folder} -mindepth 1 -maxdepth 1{others} -exec rm -rf {{}} +"
