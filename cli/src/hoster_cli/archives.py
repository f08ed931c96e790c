"""Archives of a backup, fetched by their links and opened.

A link needs no account, so that the token is not sent there. What broke off goes on where it was,
also with the next command; nothing gets its name before its size and its SHA-256 are right.
"""

from __future__ import annotations

import hashlib
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

import httpx

from hoster_cli.errors import Document, Misused, Problem, Unreachable

SECONDS = 60.0
"""For a connection, and for the next bytes."""
PAUSES = (0.5, 1.5, 4.0, 10.0)
"""Seconds before each further try, as long as no byte comes."""
PART = ".part"
"""What the name of a file ends in that is not whole yet."""
PASSPHRASE = "passphrase.txt"  # noqa: S105 - the name of a file
DECRYPTS = ["openssl", "enc"]
UNPACKS = ["tar", "-xz"]
UNZIPS = ["gunzip"]
OVER = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.GONE}
"""What a link answers that works no more."""


class LinkOver(Exception):
    """A link works no more; another one has to be asked for."""


@dataclass
class Fetching:
    """How archives are fetched into a folder."""

    folder: Path
    anew: Callable[[], dict[str, Document]]
    """Asks for links again: they work for an hour, and an archive may take longer."""
    told: Callable[[str, int, int], None]
    """Takes a file's name, how many bytes of it are here, and how many it has."""
    sleep: Callable[[float], None]

    def fetch(self, archive: Document) -> bool:
        """Fetch one archive; whether anything had to be fetched.

        Raises `Misused` for a file of that name that is another one, and `Unreachable`.
        """
        place = self.folder / named(archive)
        part = place.with_name(place.name + PART)
        if place.exists():
            if _is_whole(place, archive):
                return False
            hint = "Choose another folder by --output, or move it away."
            raise Misused(f"{place} is there already, and is not this archive.", hint=hint)
        if _size(part) > archive["bytes"]:
            part.unlink()
        self._fill(part, archive)
        if not _is_whole(part, archive):
            part.unlink()
            hint = "What came was thrown away. Say the same again; tell the support if it repeats."
            raise Unreachable(f"{place.name} does not have the sum that it should.", hint=hint)
        part.replace(place)
        return True

    def _fill(self, part: Path, archive: Document) -> None:
        """Fetch what is missing of a file, over as many connections as it takes."""
        pauses, is_new = list(PAUSES), False
        while (had := _size(part)) < archive["bytes"]:
            why = "it ended early"
            try:
                self._more(part, archive, had)
            except LinkOver as error:
                if is_new:
                    hint = "Say the same again: what is here stays."
                    raise Unreachable(f"The link is refused: {error}.", hint=hint) from error
                archive, is_new = self.anew()[archive["file"]], True
                continue
            except httpx.HTTPError as error:
                why = str(error) or type(error).__name__
            if _size(part) > had:
                pauses, is_new = list(PAUSES), False
            elif not pauses:
                hint = "Say the same again: it goes on where it was."
                raise Unreachable(f"{archive['file']} did not come whole: {why}", hint=hint)
            if _size(part) < archive["bytes"]:
                self.sleep(pauses.pop(0))

    def _more(self, part: Path, archive: Document, had: int) -> None:
        """Fetch from a byte on, to the end if it comes. Raises `LinkOver` and `httpx.HTTPError`."""
        headers = {"Range": f"bytes={had}-", "Accept-Encoding": "identity"}
        with httpx.stream("GET", archive["url"], headers=headers, timeout=SECONDS) as answer:
            if answer.status_code in OVER:
                raise LinkOver(answer.status_code)
            answer.raise_for_status()
            goes_on = answer.status_code == HTTPStatus.PARTIAL_CONTENT
            with part.open("ab" if goes_on else "wb") as file:
                for chunk in answer.iter_raw():
                    file.write(chunk)
                    file.flush()
                    self.told(archive["file"], file.tell(), archive["bytes"])


def named(archive: Document) -> str:
    """The name of an archive's file. Raises `Misused` for one that would lie elsewhere."""
    return _plain(archive["file"])


def _plain(name: str) -> str:
    if name in {"", ".", ".."} or Path(name).name != name or name.startswith("-"):
        raise Misused(f"{name} is no name of a file.")
    return name


def _size(place: Path) -> int:
    return place.stat().st_size if place.exists() else 0


def _is_whole(place: Path, archive: Document) -> bool:
    if _size(place) != archive["bytes"]:
        return False
    with place.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    return bool(found == archive["sha256"])


def open_(folder: Path, archive: Document) -> Path:
    """Open an archive by the command that the API names; returns what came of it.

    It is run without a shell, and only in the two forms that are known: what an address answers
    is no program. Raises `Misused` for any other one, and `Problem` where it fails.
    """
    decrypts, unpacks, into = _understood(archive)
    place = folder / into
    if place.exists():
        hint = "Move it away, or choose another folder by --output."
        raise Misused(f"{place} is there already; nothing was opened over it.", hint=hint)
    try:
        if unpacks == UNPACKS:
            place.mkdir()
            _piped(decrypts, unpacks, folder, place, None)
        else:
            with place.open("wb") as file:
                _piped(decrypts, unpacks, folder, folder, file)
    except FileNotFoundError as error:
        said = f"{error.filename} is not installed; {archive['file']} is fetched, and not opened."
        raise Problem(said, hint=f"In {folder}: {archive['opened_by']}") from error
    return place


def _understood(archive: Document) -> tuple[list[str], list[str], str]:
    """The two programs of an opening command, and the name of what comes of it."""
    first, _, second = str(archive["opened_by"]).partition(" | ")
    decrypts, unpacks = shlex.split(first), shlex.split(second)
    given = [word for word in decrypts if word in {f"file:{PASSPHRASE}", named(archive)}]
    if decrypts[:2] == DECRYPTS and len(given) == 2:
        if unpacks == UNPACKS:
            return decrypts, unpacks, _plain(str(archive["volume"]))
        if unpacks[:1] == UNZIPS and len(unpacks) == 2 and unpacks[1].startswith(">"):
            return decrypts, UNZIPS, _plain(unpacks[1][1:])
    hint = "Look at the command before you run it; it stands beside the archive."
    raise Misused(f"This is no command that opens {archive['file']}.", hint=hint)


def _piped(
    first: list[str], second: list[str], folder: Path, place: Path, file: IO[bytes] | None
) -> None:
    """Run one program into another one. Raises `Problem` where either fails."""
    with subprocess.Popen(first, cwd=folder, stdout=subprocess.PIPE) as decrypts:
        done = subprocess.run(second, cwd=place, stdin=decrypts.stdout, stdout=file, check=False)
    for command, status in ((first, decrypts.returncode), (second, done.returncode)):
        if status:
            raise Problem(f"{command[0]} ended with {status}; what came is in {place}.")
