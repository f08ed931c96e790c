"""Values of an app's variables, as a command gives them: a file of lines, then single ones."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from dotenv import dotenv_values

from hoster_cli.errors import Misused

STANDARD_INPUT = "-"


def given(pairs: list[str] | None, file: str | None) -> dict[str, str]:
    """Values by name; a single one wins over the file's. Raises `Misused` for what is no pair.

    Values with secrets belong into the file: other users of a machine can read its commands.
    """
    return _from_file(file) | dict(_pair(text) for text in pairs or ())


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise Misused(f"--set {text} has no value.", hint="Write --set NAME=VALUE.")
    return name, value


def _from_file(file: str | None) -> dict[str, str]:
    """What a file says. Nothing in it is replaced by this shell's own variables."""
    if file is None:
        return {}
    try:
        text = sys.stdin.read() if file == STANDARD_INPUT else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misused(f"{file} cannot be read: {error}") from error
    found = dotenv_values(stream=io.StringIO(text), interpolate=False)
    missing = [name for name, value in found.items() if value is None]
    if missing:
        raise Misused(f"{file} gives no value for {', '.join(missing)}.", hint="Write NAME=VALUE.")
    return {name: value for name, value in found.items() if value is not None}
