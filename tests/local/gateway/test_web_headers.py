"""What a browser is told with every page and file of the web app."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.local.gateway.rig import Gateway, Member

INDEX = Path(__file__).resolve().parents[3] / "web/index.html"


def _policy(text: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in text.split(";")}


@pytest.mark.parametrize("path", ["/", "/deployments/dep_1/logs", "/assets/app-1a2b.js"])
def test_a_page_runs_nothing_but_its_own_scripts_and_stands_in_no_frame(
    gate: Gateway, path: str
) -> None:
    policy = _policy(gate.get(path).headers["content-security-policy"])

    assert policy["script-src"] == ["'self'"]
    # Whoever imports a template names an address that their browser fetches.
    assert policy["connect-src"] == ["'self'", "https:"]
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]


def test_a_page_is_read_over_tls_alone_and_as_what_it_says_it_is(gate: Gateway) -> None:
    headers = gate.get("/templates").headers

    assert headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_what_the_api_answers_is_left_as_it_is(gate: Gateway, member: Member) -> None:
    answer = gate.get("/api/v1/nodes", headers=member.session)

    assert "content-security-policy" not in answer.headers


def test_the_page_itself_holds_no_script() -> None:
    page = INDEX.read_text()

    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"\son\w+=|javascript:", page) == []
