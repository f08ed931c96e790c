"""The function that writes logs into files: for the owner alone."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked


def test_logs_of_an_app_of_somebody_else_are_not_written(
    here: Checked, owner: str, stranger: str
) -> None:
    app = things.up(here, owner)

    with pytest.raises(NotFound):
        wiring.calls().call("deployments_save_logs", {"deployment": app, "owner": stranger})

    assert here.world.node.logins == []
