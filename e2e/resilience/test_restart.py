"""Stopping the whole platform in the middle of work leaves nothing, and loses nothing."""

from __future__ import annotations

import httpx
import pytest

from e2e.resilience.conftest import Customer
from e2e.resilience.parts import (
    docker,
    droplets_of,
    is_alive,
    processes,
    until,
    until_step,
)
from infra.local.engine import engine_answers
from infra.local.journey.client import Account, Json
from infra.local.nodes.machines import HOME
from infra.local.platform.borrow import Loan

RESUME_SECONDS = 600
"""The sweep looks every minute at work that is older than its grace."""


@pytest.fixture
def own(loan: Loan, alone: None) -> Loan:
    """A platform that this session may stop: `alone`, others are done with it."""
    if not loan.is_for_tasks:
        pytest.skip("the platform was started elsewhere; stop it to have this tried")
    return loan


def test_work_in_hand_goes_on_after_a_restart_and_apps_answer_again(
    own: Loan, customer: Customer, server: Json
) -> None:
    running = customer.order_app(server["node_id"])
    host = customer.ended("deployments", running)["domains"][0]["hostname"]
    provision = customer.order_server()
    until_step(customer.account, "cloud_provisions", provision, "AwaitSSH")
    starting = customer.order_app(server["node_id"], "Guestbook")

    members = processes("")
    assert len(members) > 10

    def nothing_is_left() -> None:
        until(lambda: not any(is_alive(member) for member in members), "no process is left")
        # An Engine that the platform started has stopped with it, and every container with that.
        if engine_answers():
            assert docker("ps", "--quiet", "--filter", f"label={HOME}") == ""

    own.restart(nothing_is_left)
    _sign_in_again(customer.account, own.described)

    made = customer.ended("cloud_provisions", provision, within=RESUME_SECONDS)
    started = customer.ended("deployments", starting, within=RESUME_SECONDS)
    assert (made["status"], made["error_message"]) == ("ready", None)
    assert len(droplets_of(own.described, provision)) == 1
    assert (started["status"], started["error_message"]) == ("running", None)
    until(lambda: _status(own.described, host) == 200, f"{host} answers again")
    for app in (running, starting):
        customer.remove("deployments", app)
    customer.remove("cloud_provisions", provision)


def _sign_in_again(account: Account, described: Json) -> None:
    """The gateway's address may be new; the account and its token are the old ones."""
    account.http.base_url = described["urls"]["web"]


def _status(described: Json, host: str) -> int:
    try:
        proxy = described["urls"]["proxy"]
        return httpx.get(proxy, headers={"Host": host}, trust_env=False).status_code
    except httpx.HTTPError:
        return 0
