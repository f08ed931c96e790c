"""The one writer of the catalogue's index."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import Contended, Unavailable
from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from chalicelib.services.catalogue import catalogue
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.queue import deliver, hand_over, sent


@pytest.fixture(autouse=True)
def _empty_queue(here: Checked) -> None:
    sent()


def indexed() -> set[str]:
    pointer = wiring.records().get(catalogue.POINTER)
    assert pointer is not None, "no index was written"
    return set(catalogue.read(wiring).entries)


def test_what_is_published_comes_in_and_what_is_taken_back_goes(here: Checked, owner: str) -> None:
    kept, taken_back, deleted = (things.published(here, owner) for _ in range(3))
    deliver()
    assert indexed() >= {kept, taken_back, deleted}
    here.call("POST", f"/templates/{taken_back}/unpublish", user=owner)
    here.call("DELETE", f"/templates/{deleted}", user=owner)

    deliver()

    assert indexed() & {kept, taken_back, deleted} == {kept}


def test_every_change_of_a_published_template_asks_the_writer(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    path = f"/templates/{template}"
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("PATCH", path, {"category": "web"}),
        ("POST", f"{path}/versions", {"version": "2.0.0"}),
        ("POST", f"{path}/unpublish", None),
        ("POST", f"{path}/publish", None),
        ("DELETE", path, None),
    ]
    sent()

    asked = []
    for method, where, given in calls:
        assert here.call(method, where, given, user=owner).status < 300
        asked.append(sent())

    assert asked == [[{"templates": [template]}]] * len(calls)


def test_draft_asks_nobody(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    here.call("PATCH", f"/templates/{template}", {"category": "web"}, user=owner)
    here.call("DELETE", f"/templates/{template}", user=owner)

    assert sent() == []


def test_many_messages_are_one_write(here: Checked, owner: str) -> None:
    made = {things.published(here, owner) for _ in range(3)}
    messages = sent()

    with mock.patch.object(catalogue, "_point", wraps=catalogue._point) as moved:
        deliver(messages + messages)

    assert moved.call_count == 1
    assert indexed() >= made


def test_message_that_comes_again_or_late_changes_nothing(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    deliver()
    before = wiring.records().get(catalogue.POINTER)

    deliver([{"templates": [template, "tmpl_nothing"]}])

    assert wiring.records().get(catalogue.POINTER) == before


def test_writer_that_another_came_before_keeps_what_that_wrote(here: Checked, owner: str) -> None:
    deliver([{"all": True}])
    first, second = things.published(here, owner), things.published(here, owner)
    times, point = iter([True]), catalogue._point

    def late(*given: Any) -> None:
        if next(times, False):
            deliver([{"templates": [first]}])
        point(*given)

    with mock.patch.object(catalogue, "_point", late):
        deliver([{"templates": [second]}])

    assert indexed() >= {first, second}


def test_writer_that_never_comes_through_is_asked_again(here: Checked, owner: str) -> None:
    deliver([{"all": True}])
    template = things.published(here, owner)
    point = catalogue._point

    def late(tools: Any, pointer: Any, address: str) -> None:
        found = wiring.records().get(catalogue.POINTER)
        assert found is not None
        wiring.records().change(Change(of=found))
        point(tools, pointer, address)

    with mock.patch.object(catalogue, "_point", late), pytest.raises(Contended):
        deliver([{"templates": [template]}])


def test_whole_index_is_made_from_the_store(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    sent()

    deliver([{"all": True}])

    assert template in indexed()


def test_index_that_is_lost_is_made_anew(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    deliver()
    pointer = wiring.records().get(catalogue.POINTER)
    assert pointer is not None
    wiring.records().change(Change(of=pointer, attributes={"address": "0" * 64}))
    assert template in catalogue.read(wiring).entries

    another = things.published(here, owner)
    deliver()

    assert indexed() >= {template, another}


def test_popularity_is_the_number_of_live_deployments(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    apps = [things.deployment(here, stranger, template_id=template) for _ in range(7)]
    for app in apps[:5]:
        things.ran(app)
    things.remove(apps[0])
    things.remove(apps[6])

    deliver([{"templates": [template]}])

    assert catalogue.read(wiring).entries[template].popularity == 4


def test_publishing_succeeds_without_the_queue(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    away = mock.Mock(send=mock.Mock(side_effect=Unavailable("away")))

    with mock.patch.object(wiring, "queue", return_value=away):
        reply = here.call("POST", f"/templates/{template}/publish", user=owner)

    assert reply.status == 200
    away.send.assert_called_once()


def test_message_that_cannot_be_read_keeps_no_other_waiting(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    good = json.dumps({"templates": [template]})

    unread = hand_over("{", good, "[]", '{"templates": 1}', "null")

    assert unread == ["0", "2", "3", "4"]
    assert template in indexed()
