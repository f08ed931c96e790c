"""Writes the shell scripts that start long work on a server detached and tell how it goes.

Each piece of work has a folder: `lock` is held for as long as it runs (which survives neither the
process nor the machine, unlike a number in a file), `status` appears when it has ended.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from chalicelib.domain.names_on_node import ROOT

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_RUN = """\
sh ./script >output 2>&1 9>&-
echo $? >status.new
mv -f status.new status
rm -f script"""


@dataclass(frozen=True)
class Progress:
    """What a work's folder says. `status` is its exit status once `state` is ended."""

    state: Literal["absent", "running", "ended", "lost"]
    status: int | None
    output: str


def folder(kind: str, name: str) -> str:
    """Return the folder of a piece of work. Raises ValueError on a name that is no plain name."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a plain name: {name!r}")
    return f"{ROOT}/{kind}/{name}"


def forget(kind: str, of: str) -> str:
    """Return a script that ends all work of one kind whose name begins with `of` and a dot."""
    # What ended between the two looks cannot be killed any more, and need not be.
    return f"""\
for one in {ROOT}/{kind}/{shlex.quote(of)}.*; do
  [ -e "$one/pid" ] || continue
  flock -n "$one/lock" true || kill -KILL "-$(cat "$one/pid")" || true
  rm -rf "$one"
done"""


def drop(folder: str) -> str:
    """Return a script that ends one piece of work, wherever it is, and forgets it."""
    return f"""\
if [ -e {folder}/pid ]; then
  flock -n {folder}/lock true || kill -KILL "-$(cat {folder}/pid)" || true
fi
rm -rf {folder}"""


def start(folder: str, *, again: bool, with_secret: bool = False) -> str:
    """Return a script that starts what it reads from its input, unless that runs already.

    `again` starts anew what has ended; otherwise what has ended stays so. The lock is tried
    twice, since whoever asks how the work goes holds it for an instant. `with_secret`: the first
    line of the input is a secret of the work, which is the first line of the work's own input, and
    comes there through a pipe, past every file, argument and environment.
    """
    taken = "IFS= read -r secret" if with_secret else ":"
    work_input = "printf '%s\\n' \"$secret\" |" if with_secret else "</dev/null"
    ended = "rm -f status output" if again else "if [ -e status ]; then rm -f $new; exit 0; fi"
    return f"""\
set -eu
umask 077
mkdir -p {folder}
cd {folder}
{taken}
new=script.$$
cat >$new
exec 9>lock
flock -n 9 || {{ sleep 0.1; flock -n 9; }} || {{ rm -f $new; exit 0; }}
{ended}
mv -f $new script
{work_input} setsid sh -c '{_RUN}' >/dev/null 2>&1 &
echo $! >pid"""


def ask(folder: str, show: str) -> str:
    """Return a script that tells how the work goes, then runs `show` on its output."""
    return f"""\
cd {folder} 2>/dev/null && [ -e pid ] || {{ echo absent; exit 0; }}
if [ ! -e status ] && ! flock -n lock true; then echo running
elif [ -e status ]; then echo "ended $(cat status)"
else echo lost; fi
[ ! -e output ] || {show}"""


def read(answer: str) -> Progress:
    """Read what the script of `ask` printed."""
    head, _, output = answer.partition("\n")
    word, _, status = head.partition(" ")
    match word:
        case "running" | "lost":
            return Progress(word, None, output)
        case "ended":
            return Progress("ended", int(status), output)
        case _:
            return Progress("absent", None, "")
