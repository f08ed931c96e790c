"""Cancelling the certificate of a host name of one's own."""

from __future__ import annotations

from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from chalicelib.services.work.work import work_of
from tests.functions.checks import Checked
from tests.functions.names import added, domain_of


def test_work_in_hand_is_asked_to_undo_itself(here: Checked, owner: str) -> None:
    host = f"cancel.{owner}.example.com"
    app = added(here, owner, host)
    path = f"/deployments/{app}/domains/{host}/cancel"
    idle = here.call("POST", path, user=owner)
    assert (idle.status, idle.codes) == (409, ["nothing_to_cancel"])
    domain = domain_of(app)
    work = work_of(wiring, domain.id, "certify", generation=1)
    wiring.records().commit(Change(of=domain, set_work=work, generation=1))

    reply = here.call("POST", path, user=owner)

    assert reply.status == 200
    found = domain_of(app).work
    assert found is not None
    assert found.cancel_requested


def test_strangers_cancel_nothing(here: Checked, owner: str, stranger: str) -> None:
    host = f"theirs.{owner}.example.com"
    app = added(here, owner, host)

    reply = here.call("POST", f"/deployments/{app}/domains/{host}/cancel", user=stranger)

    assert reply.status == 404
