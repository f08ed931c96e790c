"""What an app's containers print, and what they go on to print."""

from __future__ import annotations

from time import sleep as pause
from typing import Annotated

import typer
from rich.text import Text

from hoster_cli import calls, names, words
from hoster_cli.errors import Document, Problem
from hoster_cli.options import App, AsJson
from hoster_cli.session import Session, begin
from hoster_cli.show import coloured

LOOK_SECONDS = 1.0
"""Between two looks for more; the API lets in four a second."""


def logs(
    app: App,
    service: Annotated[str, typer.Argument(help="One service of the app.")] = "",
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    since: Annotated[str, typer.Option(help="10m, 2h, 3d, or a time such as …T18:00:00Z.")] = "",
    tail: Annotated[int, typer.Option(min=1, max=5000, help="Lines from the end.")] = 100,
    stream: Annotated[str, typer.Option(help="stdout or stderr alone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print the latest lines of an app, or of one of its services."""
    chosen = {
        "container": service,
        "since": words.since(since) if since else "",
        "type": stream,
        "tail": str(tail),
    }
    session = begin(as_json=as_json)
    record = names.app(session.api, app)
    query = {word: value for word, value in chosen.items() if value}
    try:
        answer = _print(session, session.api.ask(calls.GET_LOGS, record["id"], query=query))
        while follow and (cursor := answer["meta"]["cursor"]):
            if not answer["meta"]["more"]:
                pause(LOOK_SECONDS)
            found = session.api.ask(calls.GET_LOGS, record["id"], query={"cursor": cursor})
            answer = _print(session, found)
    except KeyboardInterrupt:
        return  # the one way to stop following, so it is no failure
    except Problem as error:
        error.hint = error.hint or f"How the app is: hoster app show {record['id']}."
        raise


def _print(session: Session, answer: Document) -> Document:
    """Print the lines of an answer; of no lines, nothing."""
    lines = answer["data"]["attributes"]["logs"]
    if session.show.as_json:
        if lines:
            session.show.document(answer)
        return answer
    width = max((len(line["container"]) for line in lines), default=0)
    for line in lines:
        session.show.out.print(_line(line, width))
    return answer


def _line(line: Document, width: int) -> Text:
    """When, which service, and what it printed in its own colours."""
    stamp = f"{words.clock(line['timestamp'])} {line['container']:<{width}} │ "
    said = Text.from_ansi(coloured(line["message"]))
    return Text.assemble((stamp, "red" if line["stream"] == "stderr" else "dim"), said)
