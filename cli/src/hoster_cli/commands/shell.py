"""What helps in a shell: completion, and which version this is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from typer import completion as scripts

from hoster_cli import __version__

PROGRAM = "hoster"
IN_BASH = """\
_hoster_completion() {
    local IFS=$'\\n' word
    COMPREPLY=()
    while read -r word; do
        # A word that is begun with a quote is closed by one; any other is quoted as a whole.
        case "${COMP_WORDS[COMP_CWORD]}" in
            [\\"\\']*) ;;
            *) printf -v word %q "$word" ;;
        esac
        COMPREPLY+=("$word")
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \\
        _HOSTER_COMPLETE=complete_bash "$1")
}

complete -o default -F _hoster_completion hoster"""
"""What completes in bash: unlike what other shells need, names with blanks are quoted in it."""


class Shell(StrEnum):
    """Shells that can be completed in."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what completes hoster's commands: eval "$(hoster completion bash)"."""
    if shell is Shell.BASH:
        typer.echo(IN_BASH)
        return
    variable = f"_{PROGRAM.upper()}_COMPLETE"
    script = scripts.get_completion_script(  # type: ignore[attr-defined] # without an __all__
        prog_name=PROGRAM, complete_var=variable, shell=shell.value
    )
    typer.echo(script)


def version() -> None:
    """Print the version of this program."""
    typer.echo(__version__)
