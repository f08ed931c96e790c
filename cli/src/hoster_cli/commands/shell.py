"""What helps in a shell: completion, and which version this is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from typer import completion as scripts

from hoster_cli import __version__

PROGRAM = "hoster"


class Shell(StrEnum):
    """Shells that can be completed in."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what completes hoster's commands: eval "$(hoster completion bash)"."""
    variable = f"_{PROGRAM.upper()}_COMPLETE"
    script = scripts.get_completion_script(  # type: ignore[attr-defined] # without an __all__
        prog_name=PROGRAM, complete_var=variable, shell=shell.value
    )
    typer.echo(script)


def version() -> None:
    """Print the version of this program."""
    typer.echo(__version__)
