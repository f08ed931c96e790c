"""The function that runs commands: for the owner alone."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_command_in_an_app_of_somebody_else_is_not_run(
    here: Checked, owner: str, stranger: str
) -> None:
    app = things.up(here, owner)
    given = {"deployment": app, "owner": stranger, "service": "web"}

    with pytest.raises(NotFound):
        wiring.calls().call(
            "deployments_run_command", {**given, "command": "id", "timeout_seconds": 5}
        )

    assert here.world.node.inside.commands == []
