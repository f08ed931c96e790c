"""A whole life of an app by command, against the product."""

from __future__ import annotations

import json

import pytest

from hoster_cli import completing
from hoster_cli.api import Api
from hoster_cli.errors import WorkFailed
from hoster_cli.show import Show
from hoster_cli.timeline import Teller
from hoster_cli.work import APP, Waiter
from tests.cli.conftest import MEMBER, Command
from tests.world import World


@pytest.fixture
def stopped(house: World, hoster: Command, slug: str, running: str) -> str:
    """The name of an app that was never started."""
    present = json.loads(hoster("app", "show", running, "--json").out)["data"]["attributes"]
    given = {"name": "parting", "template_id": present["template_id"]}
    house.call("POST", "/deployments", given, user=MEMBER)
    return "parting"


def test_app_is_deployed_followed_and_told(hoster: Command, slug: str, node: str) -> None:
    said = hoster("deploy", slug, "--name", "shop", "--set", "GREETING=hi", "--wait")

    assert said.status == 0, said.err
    assert said.out.startswith("http://shop")
    assert "✓ Pull images" in said.err
    assert "shop is running with version 1.0.0." in said.err
    shown = json.loads(hoster("app", "show", "shop", "--json").out)["data"]["attributes"]
    assert shown["variables"] == {"GREETING": "hi"}


def test_documents_come_one_a_line_and_the_last_is_the_app(
    hoster: Command, slug: str, node: str
) -> None:
    said = hoster("deploy", slug, "--wait", "--json")

    documents = [json.loads(line) for line in said.out.splitlines()]
    assert {one["data"]["type"] for one in documents[:-1]} == {"timelines"}
    assert documents[-1]["data"]["attributes"]["status"] == "running"
    assert documents[-1]["data"]["attributes"]["name"] == slug
    assert said.err == ""


def test_app_that_fails_says_why_and_ends_with_one(
    house: World, hoster: Command, slug: str, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.node.engine, "missing", {"nginx:alpine"})

    said = hoster("deploy", slug, "--name", "broken", "--wait")

    assert said.status == 1
    assert "✗ Pull images" in said.err
    assert "(image_not_found)" in said.err.splitlines()[-1]


def test_start_that_is_refused_says_that_the_app_waits(newcomer: Command, slug: str) -> None:
    said = newcomer("deploy", slug, "--name", "homeless")

    assert said.status == 4
    assert "(no_node)" in said.err
    assert "homeless is made and waits: hoster start" in said.err


def test_app_stops_starts_and_restarts(hoster: Command, running: str) -> None:
    for verb, state in (("stop", "stopped"), ("start", "running"), ("restart", "running")):
        said = hoster(verb, running, "--wait")

        assert said.status == 0, said.err
        assert f"hello is {state}." in said.err


def test_what_is_asked_too_early_is_refused_with_the_apis_words(
    hoster: Command, running: str
) -> None:
    said = hoster("start", running)

    assert said.status == 4
    assert "(wrong_state)" in said.err


def test_apps_are_listed_and_shown(hoster: Command, running: str) -> None:
    listed = hoster("apps").out.splitlines()

    assert listed[0].split()[:3] == ["NAME", "STATUS", "HEALTH"]
    assert ["hello", "running"] in [line.split()[:2] for line in listed]
    shown = hoster("app", "show", running).out
    assert "Host names" in shown
    assert "web" in shown
    found = json.loads(hoster("apps", "--json").out)
    assert found["meta"]["total"] == len(found["data"]) == len(listed) - 1


def test_no_app_is_no_table(newcomer: Command) -> None:
    said = newcomer("apps")

    assert (said.status, said.out) == (0, "")
    assert "There is no app yet." in said.err


def test_address_is_printed_alone(hoster: Command, running: str) -> None:
    said = hoster("open", running, "--print")

    assert said.out.startswith("http://hello")
    assert len(said.out.splitlines()) == 1


def test_timeline_of_the_latest_work_is_shown(hoster: Command, running: str) -> None:
    said = hoster("timeline", running)

    assert "✓ Start services" in said.out
    assert hoster("timeline", running, "--follow").out == said.out
    assert json.loads(hoster("timeline", running, "--follow", "--json").out)["data"]


def test_values_change_and_what_changes_nothing_is_refused(hoster: Command, running: str) -> None:
    changed = hoster("update", running, "--set", "GREETING=bye", "--wait")
    again = hoster("update", running, "--set", "GREETING=bye")

    assert changed.status == 0, changed.err
    assert again.status == 4
    assert "(nothing_to_change)" in again.err


def test_delete_asks_says_what_is_lost_and_is_gone(hoster: Command, stopped: str) -> None:
    refused = hoster("delete", stopped)

    assert refused.status == 2
    assert "its volumes, with all data in them" in refused.err
    assert "Say --yes" in refused.err
    deleted = hoster("delete", stopped, "--yes", "--wait")
    assert deleted.status == 0
    assert deleted.err.endswith("✓ parting is gone.\n")
    assert hoster("app", "show", stopped).status == 3


def test_name_is_typed_before_something_is_lost(
    hoster: Command, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "another")

    refused = hoster("delete", stopped)

    assert refused.status == 2
    assert "nothing was done" in refused.err
    monkeypatch.setattr("typer.prompt", lambda *_, **__: stopped)
    assert hoster("delete", stopped, "--wait").status == 0


def test_names_that_several_have_are_told_with_their_ids(
    house: World, hoster: Command, stopped: str
) -> None:
    present = json.loads(hoster("app", "show", stopped, "--json").out)["data"]["attributes"]
    for _ in range(2):
        given = {"name": "twin", "template_id": present["template_id"]}
        house.call("POST", "/deployments", given, user=MEMBER)

    said = hoster("app", "show", "twin")

    assert said.status == 2
    assert "2 apps are called twin." in said.err
    chosen = said.err.split("\n  ")[1].split()[0]
    assert hoster("app", "show", chosen).status == 0


def test_name_that_nothing_has_is_not_found_and_what_is_near_is_told(
    hoster: Command, running: str
) -> None:
    said = hoster("app", "show", "helo")

    assert said.status == 3
    assert "There is hello." in said.err


def test_logs_are_printed_with_their_service(hoster: Command, running: str) -> None:
    said = hoster("logs", running, "web", "--tail", "5", "--since", "1h")

    assert said.status == 0, said.err
    assert json.loads(hoster("logs", running, "--json").out or '{"data": 1}')["data"]


def test_domain_is_added_checked_and_removed(hoster: Command, running: str) -> None:
    host = "shop.example.com"

    added = hoster("domains", "add", running, host)

    assert added.status == 0, added.err
    assert "_hoster-challenge.shop.example.com" in added.out
    assert "CNAME" in added.out
    assert "pending" in hoster("domains", "check", running, host).out
    assert host in hoster("domains", "list", running).out
    assert hoster("domains", "remove", running, host, "--yes").status == 0
    assert host not in hoster("domains", "list", running).out


def test_cancel_of_nothing_is_refused(hoster: Command, running: str) -> None:
    assert hoster("cancel", running).status == 4


def test_names_are_offered_to_the_shell(
    hoster: Command, running: str, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert completing.apps("he") == ["hello"]
    assert completing.nodes("server") == ["server-1"]
    assert "server-1" in completing.servers("")
    assert completing.templates(slug[:3]) == [slug]
    assert completing.apps("zzz") == []
    monkeypatch.setenv("HOSTER_URL", "http://127.0.0.1:1")
    assert completing.apps("he") == []


def test_whoever_stops_waiting_is_told_that_the_work_goes_on(
    hoster: Command, running: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Teller, "tell", interrupted)

    said = hoster("timeline", running, "--follow")

    assert said.status == 130
    assert "The work on hello goes on. Follow it: hoster timeline hello --follow" in said.err


def test_time_that_is_up_fails_and_cancels_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    record = {"data": {"attributes": {"work": {"kind": "deploy"}}}}
    monkeypatch.setattr("hoster_cli.api.Api.ask", lambda *_, **__: record)
    moments = iter(range(0, 100, 10))
    waiter = Waiter(
        Api("http://127.0.0.1:1"),
        Show(),
        within=25,
        sleep=lambda _: None,
        clock=lambda: float(next(moments)),
    )

    with pytest.raises(WorkFailed, match="still being worked on after 25 s") as caught:
        waiter.until_settled(APP, "a", "hello")

    assert caught.value.hint.startswith("Nothing was cancelled.")
