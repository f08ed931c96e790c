"""The owner's commands as data: which function each asks, and which words it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True)
class Command:
    """One command: its function, and what of the environment becomes what it is asked."""

    call: str
    """The module of its function, below `functions.calls`."""
    words: Mapping[str, str]
    """By the name of what is asked, the variable of the environment that says it."""
    usual: Mapping[str, str] = field(default_factory=dict)
    """What a word is that is not given; any other one has to be."""
    needs_yes: bool = False
    """Whether it is asked once more before it is done: `YES=1` says so beforehand."""

    @property
    def function(self) -> str:
        """The name of its function."""
        return f"calls_{self.call.replace('.', '_')}"

    @property
    def asks(self) -> type[BaseModel]:
        """What the function takes."""
        [declaration] = import_module(f"functions.calls.{self.call}").handler.declarations
        asks: type[BaseModel] = declaration.asks
        return asks


_REASON = {"reason": "REASON"}
COMMANDS: Mapping[str, Command] = {
    "find": Command("accounts.find_account", {"sought": "WHO", **_REASON}),
    "account": Command("accounts.add_up", {"account": "ACCOUNT", **_REASON}),
    "closings": Command("accounts.list_closings", {}),
    "closing-proof": Command("accounts.show_proof", {"account": "ACCOUNT", **_REASON}),
    "suspend": Command(
        "accounts.suspend_account",
        {"account": "ACCOUNT", "apps": "APPS", **_REASON},
        usual={"apps": "keep"},
        needs_yes=True,
    ),
    "restore": Command("accounts.restore_account", {"account": "ACCOUNT", **_REASON}),
    "reset-password": Command(
        "accounts.make_reset_link",
        {"account": "ACCOUNT", **_REASON},
        usual={"reason": "Asked for a new password"},
    ),
    "stop": Command("deployments.stop_app", {"deployment": "APP", **_REASON}),
    "withdraw": Command(
        "templates.withdraw_template", {"template": "TEMPLATE", **_REASON}, needs_yes=True
    ),
    "readmit": Command("templates.readmit_template", {"template": "TEMPLATE", **_REASON}),
    "destroy-server": Command(
        "cloud_credentials.destroy_unknown",
        {"credential": "CREDENTIAL", "server_id": "SERVER", "name": "NAME"},
    ),
}


class NotSaid(ValueError):
    """A word that a command needs is missing or does not fit, or the command does not exist."""


def asked(name: str, env: Mapping[str, str]) -> tuple[Command, dict[str, str]]:
    """A command and what it asks. Raises `NotSaid` with what to give."""
    command = COMMANDS.get(name)
    if command is None:
        raise NotSaid(f"There is no owner-{name}. There are: {', '.join(COMMANDS)}.")
    given = {word: env.get(said) or command.usual.get(word, "") for word, said in _of(command)}
    missing = [said for word, said in _of(command) if not given[word]]
    if missing:
        raise NotSaid(f"Say {' and '.join(missing)}: make owner-{name} {_example(command)}")
    try:
        command.asks.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        said = command.words[str(first["loc"][0])]
        raise NotSaid(f"{said} does not fit: {first['msg']}.") from None
    return command, given


def _of(command: Command) -> list[tuple[str, str]]:
    return list(command.words.items())


def _example(command: Command) -> str:
    return " ".join(f"{said}={command.usual.get(word, '…')}" for word, said in _of(command))
