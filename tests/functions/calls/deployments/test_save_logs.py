"""The function that writes logs into files: for the owner alone."""

from __future__ import annotations

import time

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.runtime import wiring
from chalicelib.services.looks.log_downloads import LEFT, save_logs
from chalicelib.services.looks.logs import Question
from tests.functions import things
from tests.functions.checks import Checked


def test_logs_of_an_app_of_somebody_else_are_not_written(
    here: Checked, owner: str, stranger: str
) -> None:
    app = things.up(here, owner)

    with pytest.raises(NotFound):
        wiring.calls().call("deployments_save_logs", {"deployment": app, "owner": stranger})

    assert here.world.node.logins == []


def test_file_ends_early_when_the_server_was_reached_late(here: Checked, owner: str) -> None:
    web = things.container("web")
    app = wiring.records().get(things.up(here, owner, web))
    assert app is not None
    here.world.node.inside.writes(web.id, 1, "line")

    late = save_logs(wiring, app, Question(0), until=time.monotonic() + LEFT)
    in_time = save_logs(wiring, app, Question(0), until=time.monotonic() + 24)

    assert (late["truncated"], in_time["truncated"]) == (True, False)
