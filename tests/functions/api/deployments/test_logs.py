"""Reading and following logs; the order and the places are in `tests/unit/domain/test_logs.py`."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.redaction import MASK
from tests.fakes.inside import FakeInside, at
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

PASSWORD = {"name": "PASSWORD", "type": "secret", "required": True}
WEB, DB = things.container("web"), things.container("db")


def inside(here: Checked) -> FakeInside:
    return here.world.node.inside


def read(here: Checked, app: str, owner: str, **words: Any) -> Reply:
    query = "&".join(f"{word}={value}" for word, value in words.items())
    return here.call("GET", f"/deployments/{app}/monitoring/logs?{query}", user=owner)


def messages(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [line["message"] for line in reply.attributes["logs"]]


def test_last_lines_of_all_services_come_in_order(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB, DB)
    inside(here).writes(WEB.id, 1, "first")
    inside(here).writes(DB.id, 2, "second", "stderr")
    inside(here).writes(WEB.id, 3, "third")

    reply = read(here, app, owner, tail=2)

    assert reply.body["data"]["type"] == "deployment-logs"
    assert reply.attributes["logs"] == [
        {"container": "db", "timestamp": at(2), "stream": "stderr", "message": "second"},
        {"container": "web", "timestamp": at(3), "stream": "stdout", "message": "third"},
    ]
    assert reply.body["meta"] | {"cursor": ""} == {
        "container_filter": None,
        "tail": 2,
        "since": None,
        "until": None,
        "stream_filter": None,
        "cursor": "",
        "more": False,
    }


def test_following_gives_what_came_after_and_nothing_twice(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB)
    inside(here).writes(WEB.id, 1, "old")
    cursor = read(here, app, owner).body["meta"]["cursor"]
    assert messages(read(here, app, owner, cursor=cursor)) == []

    for text in ("a", "b", "c"):
        inside(here).writes(WEB.id, 1, text)
    first = read(here, app, owner, cursor=cursor, tail=2)
    second = read(here, app, owner, cursor=first.body["meta"]["cursor"])

    assert (messages(first), first.body["meta"]["more"]) == (["a", "b"], True)
    assert (messages(second), second.body["meta"]["more"]) == (["c"], False)


def test_following_goes_on_in_a_container_that_was_made_anew(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB)
    inside(here).writes(WEB.id, 1, "old")
    cursor = read(here, app, owner).body["meta"]["cursor"]

    anew = things.container("web")
    here.world.node.engine.running[app, "web"] = anew
    inside(here).writes(anew.id, 2, "new")

    assert messages(read(here, app, owner, cursor=cursor)) == ["new"]


def test_lines_are_chosen_by_time_service_and_stream(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB, DB)
    for moment in (1, 2, 3, 4):
        inside(here).writes(WEB.id, moment, f"web {moment}", "stderr" if moment == 3 else "stdout")
        inside(here).writes(DB.id, moment, f"db {moment}")

    assert messages(read(here, app, owner, since=at(2), until=at(4), container="web")) == [
        "web 2",
        "web 3",
    ]
    assert messages(read(here, app, owner, type="stderr", tail=1)) == ["web 3"]
    assert messages(read(here, app, owner, until=at(3), tail=1, container="db")) == ["db 2"]
    assert messages(read(here, app, owner, container="nothing")) == []


def test_cursor_keeps_its_question(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB, DB)
    cursor = read(here, app, owner, container="db").body["meta"]["cursor"]
    inside(here).writes(WEB.id, 1, "web")
    inside(here).writes(DB.id, 1, "db")

    assert messages(read(here, app, owner, cursor=cursor)) == ["db"]
    assert messages(read(here, app, owner, cursor=cursor, container="db")) == ["db"]
    assert read(here, app, owner, cursor=cursor, container="web").status == 400
    assert read(here, app, owner, cursor=cursor, type="stderr").status == 400


def test_what_ends_at_a_moment_cannot_be_followed(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB)

    reply = read(here, app, owner, until=at(1))

    assert reply.body["meta"]["cursor"] is None


def test_secrets_are_masked_however_they_are_written(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    secret = 'never-shown "1"\nnever-shown-2'
    app = things.up(here, owner, WEB, template_id=template, variables={"PASSWORD": secret})
    inside(here).writes(WEB.id, 1, "second line: never-shown-2")
    inside(here).writes(WEB.id, 2, 'json: {"p": "never-shown \\"1\\"\\nnever-shown-2"}')
    inside(here).writes(WEB.id, 3, "url: ?p=never-shown%20%221%22%0Anever-shown-2&x")

    reply = read(here, app, owner)

    assert messages(reply) == [
        f"second line: {MASK}",
        f'json: {{"p": "{MASK}"}}',
        f"url: ?p={MASK}&x",
    ]


def test_old_and_new_secrets_are_masked_during_a_redeploy(here: Checked, owner: str) -> None:
    template = things.published(here, owner, variables=[things.GREETING, PASSWORD])
    given = {"PASSWORD": "never-shown-1"}
    app = things.up(here, owner, WEB, template_id=template, variables=given)
    inside(here).writes(WEB.id, 1, "new: never-shown-2")
    inside(here).writes(WEB.id, 2, "old: never-shown-1")
    begun = {"variables": {"PASSWORD": "never-shown-2"}}
    assert here.call("POST", f"/deployments/{app}/redeploy", begun, user=owner).status == 200

    assert messages(read(here, app, owner)) == [f"new: {MASK}", f"old: {MASK}"]


def test_long_line_is_shown_in_part(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB)
    inside(here).writes(WEB.id, 1, "x" * 20_000)

    assert messages(read(here, app, owner)) == ["x" * 16_384 + " […]"]


def test_answer_stays_below_what_a_function_may_answer(here: Checked, owner: str) -> None:
    app = things.up(here, owner, WEB)
    for moment in range(2000):
        inside(here).writes(WEB.id, moment, '"\x1b' * 1000)

    reply = read(here, app, owner, tail=5000)

    assert 100 < len(messages(reply)) < 2000
    assert reply.attributes["logs"][-1]["timestamp"] == at(1999)


def test_logs_of_a_stopped_app_can_be_read(here: Checked, owner: str) -> None:
    stopped = things.container("web", status="exited", exit_code=0)
    app = things.up(here, owner, stopped)
    things.put(app, status="stopped")
    inside(here).writes(stopped.id, 1, "last words")

    assert messages(read(here, app, owner)) == ["last words"]


def test_app_that_was_never_started_wrote_nothing(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = read(here, app, owner)

    assert messages(reply) == []
    assert here.world.node.logins == []
    assert read(here, app, owner, cursor=reply.body["meta"]["cursor"]).status == 200


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("tail=0", "tail"),
        ("tail=5001", "tail"),
        ("tail=x", "tail"),
        ("tail=00000000199999999", "tail"),
        ("tail=000000001" + "0" * 5000, "tail"),
        ("tail=\u00b2", "tail"),
        ("tail=", "tail"),
        ("tail=1&tail=2", "tail"),
        ("since=yesterday", "since"),
        ("since=", "since"),
        ("until=2026-02-30T00:00:00Z", "until"),
        ("container=", "container"),
        ("container=" + "x" * 256, "container"),
        ("type=stdin", "type"),
        ("type=", "type"),
        ("cursor=x", "cursor"),
        ("cursor=x&since=2026-02-15T10:00:00Z", "since"),
        ("limit=1", "limit"),
    ],
)
def test_query_that_makes_no_sense_is_refused(
    here: Checked, owner: str, query: str, word: str
) -> None:
    app = things.up(here, owner)

    reply = here.call("GET", f"/deployments/{app}/monitoring/logs?{query}", user=owner)

    assert reply.status == 400
    assert reply.body["errors"][0]["source"] == {"parameter": word}
