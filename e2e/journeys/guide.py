"""A page of shell blocks, run: what each prints is held against what the page shows below it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "\x1e"
"""Stands in the output before what each block prints; no block prints it."""
ANYTHING = "…"


@dataclass
class Block:
    """One block of commands, and what the page says that it prints; None where it does not say."""

    line: int
    commands: str
    shown: str | None = None


def blocks(page: str) -> list[Block]:
    """The blocks of a page in order; a fence without a word shows what the one before prints."""
    found: list[Block] = []
    for match in BLOCK.finditer(page):
        if match["kind"] == "sh":
            found.append(Block(page.count("\n", 0, match.start()) + 1, match["text"]))
        elif not match["kind"] and found:
            found[-1].shown = match["text"]
    return found


def script(given: list[Block], after: str) -> str:
    """All blocks as one script that ends with the first that fails; `after` runs in any case."""
    parts = [f"{_marked(block)}\n{block.commands}" for block in given]
    return "\n".join(["set -eu", f"trap '{after}' EXIT", *parts])


def _marked(block: Block) -> str:
    return f"printf '{MARK}{block.line}\\n'"


def run(text: str, folder: Path, given: dict[str, str], *, seconds: float) -> tuple[int, str, str]:
    """Run a script in bash: its status and both outputs."""
    done = subprocess.run(
        ["bash", "-c", text],
        cwd=folder,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    return done.returncode, done.stdout, done.stderr


def differences(given: list[Block], output: str) -> Iterator[str]:
    """What was printed otherwise than the page shows, or never came to be run."""
    printed = dict(part.split("\n", 1) for part in output.split(MARK)[1:])
    for block in given:
        was = printed.get(str(block.line))
        if was is None:
            yield f"line {block.line}: it was not run"
        elif block.shown is not None and not is_as_shown(block.shown, was):
            yield f"line {block.line}: it printed\n{was}instead of\n{block.shown}"


def is_as_shown(shown: str, printed: str) -> bool:
    """Whether a text is the shown one, in which `…` stands for anything within a line."""
    wanted = ".*".join(re.escape(part) for part in shown.strip().split(ANYTHING))
    return re.fullmatch(wanted, printed.strip()) is not None
