"""What an export tells of an app to whoever runs it elsewhere."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.archives import OPENED_BY
from chalicelib.domain.plain_compose import PlainApp
from chalicelib.domain.runbooks import AppFacts, of_app, of_unplanned

FACTS = AppFacts(
    id="app-1",
    name="Shop",
    folder="shop-12345678",
    template="tmpl_shop 1.0.0",
    server="server-one",
    hosts=["shop.example.com"],
    automatic="shop.apps.test",
)
APP = PlainApp(compose={}, variables={}, inline=("NAME",), files={}, volumes=("data",), port=8080)


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("## ")]


def test_steps_are_numbered_in_the_order_in_which_they_are_done() -> None:
    assert headings(of_app(FACTS, APP)) == [
        "## 1. Look at its values",
        "## 2. Bring its data",
        "## 3. Start it",
        "## 4. Let its names lead here",
    ]


def test_volume_is_copied_from_where_it_is_to_where_compose_looks_for_it() -> None:
    text = of_app(FACTS, APP)

    assert "-v hoster_app-1_data:/from:ro" in text
    assert "docker volume create shop-12345678_data" in text
    assert OPENED_BY.format(file="<archive>") in text


def test_names_of_ones_own_get_a_record_each_and_the_platforms_ends() -> None:
    text = of_app(FACTS, APP)

    assert "| `shop.example.com` | A | the address of this machine |" in text
    assert "`shop.apps.test` was ours" in text
    assert "--from shop.example.com --to 127.0.0.1:8080" in text


def test_app_without_data_and_without_a_route_has_two_steps() -> None:
    text = of_app(replace(FACTS, hosts=[]), replace(APP, volumes=(), port=None))

    assert headings(text) == ["## 1. Look at its values", "## 2. Start it"]


def test_app_that_cannot_be_planned_says_why() -> None:
    text = of_unplanned(FACTS, "line 3: privileged is refused.")

    assert "line 3: privileged is refused." in text
    assert "compose.template.yaml" in text
