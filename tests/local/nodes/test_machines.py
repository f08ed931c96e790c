"""A droplet's container is made anew when the Engine refuses it, and not for ever."""

from __future__ import annotations

from unittest import mock

import pytest
from docker.errors import APIError

from infra.local.nodes import machines
from infra.local.nodes.machines import Machine

MADE = Machine("7", "hoster-droplet-7", True, "172.31.240.2")
REFUSED = APIError("the endpoint is in use")


@pytest.mark.parametrize("refusals", range(machines.TRIES))
def test_refused_container_is_removed_and_made_anew(refusals: int) -> None:
    with (
        mock.patch.object(machines, "_started", side_effect=[*[REFUSED] * refusals, MADE]),
        mock.patch.object(machines, "remove") as remove,
    ):
        made = machines.create("7", hostname="one", user_data="", keys=[])

    assert made == MADE
    assert remove.call_args_list == [mock.call("7")] * refusals


def test_engine_that_goes_on_refusing_is_told_of() -> None:
    with (
        mock.patch.object(machines, "_started", side_effect=REFUSED) as started,
        mock.patch.object(machines, "remove"),
        pytest.raises(APIError),
    ):
        machines.create("7", hostname="one", user_data="", keys=[])

    assert started.call_count == machines.TRIES
