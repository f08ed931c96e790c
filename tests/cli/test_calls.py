"""Every request that the command line can make is one that the API's document describes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer import Typer

from chalicelib.services.work.timelines import STORIES
from hoster_cli import calls, words
from hoster_cli.app import app
from hoster_cli.calls import Call
from infra.packaging.openapi.document import document
from infra.packaging.template import ROOT

CALLS = {name: call for name, call in vars(calls).items() if isinstance(call, Call)}
SOURCES = sorted((ROOT / "cli/src").rglob("*.py"))
WORKED_ON = (
    *("provision", "destroy", "deploy", "stop", "restart", "redeploy", "rollback", "remove"),
    *("backup", "restore"),
)


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


each_call = pytest.mark.parametrize("name", CALLS)


def operation(described: dict[str, Any], call: Call) -> dict[str, Any]:
    found: dict[str, Any] = described["paths"][call.path][call.method.lower()]
    return found


def sent(described: dict[str, Any], call: Call) -> dict[str, Any]:
    """The schema of what an operation takes as attributes, and of the document's type."""
    body = operation(described, call)["requestBody"]["content"]["application/vnd.api+json"]
    data: dict[str, Any] = body["schema"]["properties"]["data"]["properties"]
    return data


def attributes(described: dict[str, Any], call: Call) -> dict[str, Any]:
    schema = sent(described, call)["attributes"]
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    found: dict[str, Any] = schema
    return found


@each_call
def test_path_verb_and_query_words_are_described(described: dict[str, Any], name: str) -> None:
    found = operation(described, CALLS[name])

    known = {one["name"] for one in found["parameters"] if one["in"] == "query"}
    assert CALLS[name].query <= known


@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if call.sends])
def test_what_is_sent_is_described(described: dict[str, Any], name: str) -> None:
    call = CALLS[name]
    schema = attributes(described, call)

    assert call.sends <= set(schema["properties"])
    assert set(schema.get("required", ())) <= call.sends
    assert sent(described, call)["type"].get("const", call.type) == call.type


@pytest.mark.parametrize("name", [n for n, c in CALLS.items() if c.method == "POST"])
def test_every_post_may_carry_a_key_so_that_it_can_be_repeated(
    described: dict[str, Any], name: str
) -> None:
    named = {one["name"] for one in operation(described, CALLS[name])["parameters"]}

    assert "Idempotency-Key" in named


@pytest.mark.parametrize("name", [n for n, c in CALLS.items() if not c.sends])
def test_what_sends_nothing_needs_nothing(described: dict[str, Any], name: str) -> None:
    assert not operation(described, CALLS[name]).get("requestBody", {}).get("required")


def test_every_call_is_made_somewhere() -> None:
    text = "".join(path.read_text() for path in SOURCES if path.name != "calls.py")

    assert [name for name in CALLS if f"calls.{name}" not in text] == []


def test_steps_of_work_on_apps_and_servers_have_words() -> None:
    steps = {name for kind in WORKED_ON for name, _ in STORIES[kind]}

    assert steps - set(words.STEPS) == set()


@each_call
def test_every_call_can_be_made_with_a_token(described: dict[str, Any], name: str) -> None:
    assert operation(described, CALLS[name])["x-token-scope"] in {"read", "deploy", "manage"}


def commands(group: Typer, *before: str) -> Iterator[str]:
    """Every command as it is typed."""
    for command in group.registered_commands:
        yield " ".join([*before, str(command.name)])
    for inner in group.registered_groups:
        assert inner.typer_instance
        yield from commands(inner.typer_instance, *before, str(inner.name))


@pytest.mark.parametrize("command", [*commands(app, "hoster")])
def test_every_command_is_told(command: str) -> None:
    assert command in (ROOT / "docs/cli.md").read_text()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_package_needs_nothing_of_the_product(path: Path) -> None:
    """It is installed by itself, on machines that have nothing else of Hoster."""
    allowed = {*sys.stdlib_module_names, "hoster_cli", "typer", "httpx", "rich", "dotenv"}

    assert _imported(path) <= allowed


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found
