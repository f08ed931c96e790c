"""Destroying a server that no record knows, over the API."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.sweeps import server


def test_orphan_goes_when_its_name_is_typed(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)
    path = f"/cloud_credentials/{credential}/destroy_orphan"
    orphan = server(here, name="forgotten")

    wrong = here.call("POST", path, {"server_id": orphan.id, "name": "x"}, user=owner)
    right = here.call("POST", path, {"server_id": orphan.id, "name": "forgotten"}, user=owner)

    assert (wrong.status, wrong.codes) == (422, ["invalid"])
    assert (right.status, right.body["data"]["type"], right.id) == (200, "orphans", orphan.id)
    assert right.attributes["name"] == "forgotten"


def test_server_of_nobody_is_not_found(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)
    path = f"/cloud_credentials/{credential}/destroy_orphan"

    reply = here.call("POST", path, {"server_id": "4711", "name": "x"}, user=owner)

    assert (reply.status, reply.codes) == (404, ["not_found"])
