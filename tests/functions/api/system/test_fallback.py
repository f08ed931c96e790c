"""What no operation serves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.api.system import fallback
from infra.packaging.registry import routes
from tests.functions.checks import Checked

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@pytest.fixture(autouse=True)
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The routes as the packaging writes them beside the code."""
    (tmp_path / "routes.json").write_text(json.dumps(routes()))
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    fallback.allowed_methods.cache_clear()
    yield
    fallback.allowed_methods.cache_clear()


def test_every_verb_that_a_path_lacks_is_answered_with_those_that_it_has(here: Checked) -> None:
    for path, methods in routes().items():
        for verb in VERBS:
            if verb in methods:
                continue
            reply = here.call(verb, path.removeprefix("/v1").replace("{id}", "x"), user=None)

            assert (reply.status, reply.codes) == (405, ["method_not_allowed"]), (verb, path)
            assert reply.headers["Allow"] == ", ".join(methods)


@pytest.mark.parametrize("path", ["/", "/nothing", "/templates/a/b/c/d", "/deployments/x/nothing"])
def test_path_that_nothing_serves_is_not_found_whatever_is_sent(here: Checked, path: str) -> None:
    for verb in VERBS:
        reply = here.call(verb, path, user=None, body="{", headers={"Content-Type": "text/plain"})

        assert (reply.status, reply.codes) == (404, ["not_found"]), verb


def test_fallback_stands_behind_the_gateway_too(here: Checked) -> None:
    reply = here.call("GET", "/nothing", headers={"X-Gateway-Secret": None})

    assert (reply.status, reply.codes) == (403, ["gateway_required"])
