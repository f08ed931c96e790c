"""Opens a zip archive's texts, within bounds that no archive can get around."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib

from chalicelib.domain.importing.imported import CannotImport, Source

MAX_FILES = 1000
MAX_TEXT = 262_144
"""Bytes of one text."""
MAX_TOTAL = 2_097_152
"""Bytes of all texts together."""
ENDINGS = (
    *(".yml", ".yaml", ".toml", ".json", ".md", ".txt", ".conf", ".env", ".sh", ".sql"),
    *(".cfg", ".ini", ".xml", ".py", ".js", ".template", ".properties"),
)
"""Files of other kinds, pictures above all, are not looked at."""


def texts_in(archive: str) -> Source:
    """Read the texts of a zip archive in base64. Raises `CannotImport` for what is none.

    What a file says of its own size is not believed: what comes out is counted.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(base64.b64decode(archive, validate=True)))
    except (ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        detail = "This is no zip archive in base64."
        raise CannotImport(detail) from error
    found: dict[str, str] = {}
    left = MAX_TOTAL
    with opened:
        entries = [one for one in opened.infolist() if not one.is_dir()]
        if len(entries) > MAX_FILES:
            detail = f"The archive has {len(entries)} files; at most {MAX_FILES} are read."
            raise CannotImport(detail)
        for entry in entries:
            if entry.filename.lower().endswith(ENDINGS) and is_inside(entry.filename):
                content = _content(opened, entry, min(left, MAX_TEXT))
                left -= len(content)
                text = _text(content)
                if text is not None:
                    found[entry.filename] = text
    return found


def is_inside(path: str) -> bool:
    """Whether a path stays below the folder that it begins in."""
    parts = path.split("/")
    return "\\" not in path and not path.startswith("/") and ".." not in parts


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    try:
        with opened.open(entry) as stream:
            content = stream.read(most + 1)
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        detail = f"{entry.filename[:200]} of the archive cannot be read."
        raise CannotImport(detail) from error
    if len(content) > most:
        detail = (
            f"{entry.filename[:200]} is too large: a text has at most {MAX_TEXT} bytes,"
            f" and all of an archive {MAX_TOTAL}."
        )
        raise CannotImport(detail)
    return content


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
