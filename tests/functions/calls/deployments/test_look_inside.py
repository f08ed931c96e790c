"""The function that looks into apps: it answers the owner alone, and breaks for nobody."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import NotFound, Unavailable
from chalicelib.runtime import wiring
from functions.calls.deployments import look_inside
from tests.functions import things
from tests.functions.checks import Checked


def asked(app: str, owner: str, **changes: Any) -> dict[str, Any]:
    given = {"deployment": app, "owner": owner, "what": "stats"} | changes
    return wiring.calls().call("deployments_look_inside", given)


def test_app_of_somebody_else_is_not_found(here: Checked, owner: str, stranger: str) -> None:
    app = things.up(here, owner)

    with pytest.raises(NotFound, match=app):
        asked(app, stranger)
    with pytest.raises(NotFound):
        asked("nothing", owner)
    with pytest.raises(NotFound):
        asked(things.ssh_key(here, owner), owner)
    assert here.world.node.logins == []


def test_app_that_is_gone_is_not_found(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    things.put(app, status="deleted", bury=True)

    with pytest.raises(NotFound):
        asked(app, owner)


@pytest.mark.parametrize("event", [{}, {"what": "secrets"}, {"deployment": 1}])
def test_question_that_is_none_breaks_nothing(here: Checked, event: dict[str, Any]) -> None:
    answer = look_inside.handler(event, None)

    assert answer["error"]["name"] == "Unavailable"


def test_bug_is_told_without_its_words(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    broken = mock.patch.object(
        here.world.node.insight, "usage", side_effect=ValueError("never-shown")
    )

    with broken:
        reply = here.call("GET", f"/deployments/{app}/monitoring/stats", user=owner)

    assert (reply.status, reply.codes) == (503, [Unavailable.code])
