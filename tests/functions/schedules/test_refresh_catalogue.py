"""The hourly rebuild of the catalogue's index."""

from __future__ import annotations

from functions.schedules import refresh_catalogue
from tests.functions.checks import Checked
from tests.functions.queue import sent
from tests.permissions import watched_as


def test_writer_is_asked_for_the_whole_index(here: Checked) -> None:
    sent()
    [declaration] = refresh_catalogue.handler.declarations

    with watched_as("refresh_catalogue", declaration):
        refresh_catalogue.handler({}, None)

    assert sent() == [{"all": True}]
