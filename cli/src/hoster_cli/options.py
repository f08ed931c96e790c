"""Options and arguments that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from hoster_cli import completing

AsJson = Annotated[bool, typer.Option("--json", help="Print the API's documents, one a line.")]
Wait = Annotated[bool, typer.Option("--wait", "-w", help="Follow the work to its end.")]
Timeout = Annotated[
    float, typer.Option(min=1, help="Seconds to wait at most; the work itself goes on.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
App = Annotated[str, typer.Argument(help="An app's name or id.", autocompletion=completing.apps)]
Source = Annotated[
    str,
    typer.Argument(
        metavar="APP|BACKUP",
        help="A backup's id, or an app's name or id for its newest complete one.",
        autocompletion=completing.apps,
    ),
]
Server = Annotated[
    str, typer.Argument(help="A server's name or id.", autocompletion=completing.servers)
]
Node = Annotated[
    str | None, typer.Option(help="A server, by name or id.", autocompletion=completing.nodes)
]
Template = Annotated[
    str,
    typer.Argument(help="A template's slug, name or id.", autocompletion=completing.templates),
]
Credential = Annotated[
    str | None, typer.Option(help="A provider's credential, by name or id; the only one if left.")
]
Values = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A variable; repeatable.")
]
EnvFile = Annotated[
    str | None, typer.Option(help="A file of KEY=VALUE lines, - for standard input.")
]
