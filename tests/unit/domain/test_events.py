"""What happened, in plain sentences."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.events import NOUNS, SENTENCES, sentence
from chalicelib.resources.registry import RESOURCES
from chalicelib.services.work.timelines import STORIES
from infra.packaging.template import ROOT


@pytest.mark.parametrize(
    ("kind", "name", "details", "said"),
    [
        ("templates", "created", {}, "Template created"),
        ("deployments", "created", {"template": "tmpl_1"}, "App created"),
        ("nodes", "updated", {"fields": ["name"]}, "Server changed: name"),
        (
            "cloud_provisions",
            "provision_begun",
            {"size": "s-1vcpu-2gb", "region": "fra1"},
            "Server ordered: s-1vcpu-2gb in fra1",
        ),
        ("cloud_provisions", "provision_begun", {"generation": 2}, "Server asked for again"),
        ("templates", "published", {}, "Published"),
        ("deployments", "failed", {"code": "x", "detail": "No room {x}."}, "Failed: No room {x}."),
        ("deployments", "never_heard_of", {}, "Never heard of"),
        ("deployments", "failed", {}, "Failed"),
    ],
)
def test_event_is_said_in_plain_words(
    kind: str, name: str, details: dict[str, object], said: str
) -> None:
    assert sentence(kind, name, details) == said


def told_names() -> Iterator[str]:
    """Every event's name that the code tells."""
    for folder in ("chalicelib", "functions"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or len(node.args) < 2:
                    continue
                if ast.unparse(node.func).endswith(".told"):
                    yield from (
                        name.value
                        for name in ast.walk(node.args[1])
                        if isinstance(name, ast.Constant) and str(name.value).isidentifier()
                    )


def test_every_event_that_is_told_has_its_sentence() -> None:
    told = {name for name in told_names() if not name.startswith("_")}
    told |= {f"{kind}_begun" for kind in STORIES}

    assert {"created", "provision_begun", "key_made"} <= told
    assert told <= SENTENCES.keys()


def test_every_resource_has_its_noun() -> None:
    assert RESOURCES.keys() <= NOUNS.keys()


@given(st.text(), st.sampled_from(sorted(SENTENCES)), st.dictionaries(st.text(), st.text()))
def test_whatever_is_told_can_be_said(kind: str, name: str, details: dict[str, str]) -> None:
    assert sentence(kind, name, details)
