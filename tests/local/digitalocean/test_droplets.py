"""Droplets: ordered, made, switched, removed, and found again after a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.local.digitalocean.rig import (
    GONE,
    OTHER,
    PUBLIC,
    Machines,
    Place,
    Provider,
    order,
    provider,
    refusal,
)
from tests.local.serving import until

REFUSED = (422, "unprocessable_entity")


def is_gone(cloud: Provider, number: int) -> bool:
    return cloud.get(f"/v2/droplets/{number}").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"size": "s-99vcpu"}, "You specified an invalid size for Droplet creation."),
        ({"region": "moon1"}, "You specified an invalid region for Droplet creation."),
        ({"image": "debian-1"}, "You specified an invalid image for Droplet creation."),
        ({"image": 1}, "You specified an invalid image for Droplet creation."),
        ({"name": ""}, "Name can't be blank"),
        ({"ssh_keys": ["aa:bb"]}, "aa:bb are invalid key identifiers for Droplet creation."),
    ],
)
def test_order_that_cannot_be_is_refused_and_leaves_nothing(
    cloud: Provider, wrong: dict[str, Any], message: str
) -> None:
    answer = cloud.call("POST", "/v2/droplets", order(**wrong))

    assert refusal(answer) == (*REFUSED, message)
    assert cloud.get("/v2/droplets").json()["meta"]["total"] == 0


def test_droplet_is_new_then_active_with_an_address(cloud: Provider) -> None:
    cloud.machines.making.clear()

    ordered = cloud.order(name="web", tags=["a", "b", "a"], user_data="#cloud-config\n{}\n")

    assert (ordered["status"], ordered["locked"], ordered["networks"]["v4"]) == ("new", True, [])
    assert ordered["tags"] == ["a", "b"]
    assert (ordered["memory"], ordered["vcpus"], ordered["disk"]) == (1024, 1, 25)
    assert (ordered["region"]["slug"], ordered["image"]["slug"]) == ("fra1", "debian-12-x64")
    assert cloud.droplet(ordered["id"]) == ordered
    cloud.machines.making.set()
    until(lambda: cloud.droplet(ordered["id"])["status"] == "active")
    made = cloud.droplet(ordered["id"])
    assert made["locked"] is False
    [network] = made["networks"]["v4"]
    machine = cloud.machines.there[str(made["id"])]
    assert (network["ip_address"], network["type"]) == (machine.address, "public")


def test_machine_gets_name_user_data_and_keys_that_are_never_shown(cloud: Provider) -> None:
    key = cloud.call("POST", "/v2/account/keys", {"name": "k", "public_key": PUBLIC[0]}).json()
    by_id, by_print = key["ssh_key"]["id"], key["ssh_key"]["fingerprint"]

    made = cloud.active(name="web", user_data="#cloud-config secret", ssh_keys=[by_id, by_print])

    assert cloud.machines.ordered[str(made["id"])] == {
        "hostname": "web",
        "user_data": "#cloud-config secret",
        "keys": [PUBLIC[0], PUBLIC[0]],
    }
    assert "secret" not in cloud.get("/v2/droplets").text


def test_droplet_that_cannot_be_made_stays_new_and_can_be_deleted(cloud: Provider) -> None:
    cloud.machines.broken = True
    number = cloud.order()["id"]
    until(lambda: cloud.machines.failed == [str(number)])
    cloud.machines.broken = False

    assert cloud.active()["status"] == "active"
    assert cloud.droplet(number)["status"] == "new"

    cloud.call("DELETE", f"/v2/droplets/{number}")
    until(lambda: is_gone(cloud, number))


def test_droplets_are_listed_newest_first_by_tag_and_account(cloud: Provider) -> None:
    one, two, three = (cloud.order(tags=tags)["id"] for tags in (["a"], ["b"], ["a"]))

    def listed(**given: Any) -> list[int]:
        return [droplet["id"] for droplet in cloud.get("/v2/droplets", **given).json()["droplets"]]

    assert listed() == [three, two, one]
    assert listed(params={"tag_name": "a"}) == [three, one]
    assert listed(params={"tag_name": "c"}) == []
    assert listed(headers={"Authorization": f"Bearer {OTHER}"}) == []


def test_droplet_of_another_account_is_not_there(cloud: Provider) -> None:
    number = cloud.active()["id"]
    stranger = {"headers": {"Authorization": f"Bearer {OTHER}"}}

    for method, path, given in (
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/actions", {"type": "power_off"}),
    ):
        answer = cloud.call(method, f"/v2/droplets/{number}{path}", given, **stranger)
        assert refusal(answer) == GONE
    assert cloud.machines.there[str(number)].running


@pytest.mark.parametrize(
    ("action", "status", "is_running"),
    [
        ("power_off", "off", False),
        ("shutdown", "off", False),
        ("power_cycle", "active", True),
        ("reboot", "active", True),
    ],
)
def test_droplet_is_switched_and_switched_on_again(
    cloud: Provider, action: str, status: str, is_running: bool
) -> None:
    made = cloud.active()
    place = f"/v2/droplets/{made['id']}/actions"

    done = cloud.call("POST", place, {"type": action})

    assert done.status_code == 201
    shown = done.json()["action"]
    assert (shown["status"], shown["type"]) == ("completed", action)
    assert shown["resource_id"] == made["id"]
    assert cloud.droplet(made["id"])["status"] == status
    assert cloud.machines.there[str(made["id"])].running is is_running
    cloud.call("POST", place, {"type": "power_on"})
    assert cloud.droplet(made["id"]) == made
    assert cloud.machines.there[str(made["id"])].running


@pytest.mark.parametrize("given", [{"type": "explode"}, {}])
def test_unknown_action_changes_nothing(cloud: Provider, given: dict[str, str]) -> None:
    made = cloud.active()

    answer = cloud.call("POST", f"/v2/droplets/{made['id']}/actions", given)

    assert refusal(answer)[:2] == REFUSED
    assert cloud.droplet(made["id"]) == made


def test_droplet_that_is_being_made_takes_no_action(cloud: Provider) -> None:
    cloud.machines.making.clear()
    number = cloud.order()["id"]

    answer = cloud.call("POST", f"/v2/droplets/{number}/actions", {"type": "power_off"})

    assert refusal(answer) == (*REFUSED, "Droplet already has a pending event.")


def test_deleted_droplet_is_shown_until_it_is_gone(cloud: Provider) -> None:
    number = cloud.active()["id"]
    cloud.machines.removing.clear()

    answers = [cloud.call("DELETE", f"/v2/droplets/{number}") for _ in range(2)]

    assert [(a.status_code, a.content) for a in answers] == [(204, b""), (204, b"")]
    assert cloud.droplet(number)["locked"] is True
    cloud.machines.removing.set()
    until(lambda: is_gone(cloud, number))
    assert refusal(cloud.get(f"/v2/droplets/{number}")) == GONE
    assert refusal(cloud.call("DELETE", f"/v2/droplets/{number}")) == GONE
    assert cloud.machines.there == {}


def test_droplet_deleted_while_it_is_made_is_gone_in_the_end(cloud: Provider) -> None:
    cloud.machines.making.clear()
    number = cloud.order()["id"]

    cloud.call("DELETE", f"/v2/droplets/{number}")
    cloud.machines.making.set()

    until(lambda: is_gone(cloud, number))
    assert cloud.machines.there == {}


def test_machine_that_cannot_be_removed_keeps_its_droplet(cloud: Provider) -> None:
    number = cloud.active()["id"]
    cloud.machines.broken = True

    cloud.call("DELETE", f"/v2/droplets/{number}")

    until(lambda: cloud.machines.failed == [str(number)])
    assert cloud.droplet(number)["locked"] is True
    assert str(number) in cloud.machines.there


def test_every_droplet_with_a_tag_is_deleted(cloud: Provider) -> None:
    one, two = cloud.active(tags=["a"])["id"], cloud.active(tags=["b"])["id"]

    answer = cloud.call("DELETE", "/v2/droplets?tag_name=a")

    assert answer.status_code == 204
    until(lambda: is_gone(cloud, one))
    assert cloud.droplet(two)["status"] == "active"
    assert refusal(cloud.call("DELETE", "/v2/droplets"))[:2] == REFUSED


def test_leak_check_sees_the_droplets_of_every_account(cloud: Provider) -> None:
    mine = cloud.active(name="mine", tags=["t"])
    theirs = {"headers": {"Authorization": f"Bearer {OTHER}"}}
    cloud.call("POST", "/v2/droplets", order(name="theirs"), **theirs)

    shown = cloud.get("/_local/droplets").json()["droplets"]

    assert {droplet["name"] for droplet in shown} == {"mine", "theirs"}
    assert shown[0] == {
        "id": mine["id"],
        "name": "mine",
        "status": "active",
        "tags": ["t"],
        "leaving": False,
        "container": f"hoster-droplet-{mine['id']}",
    }


def test_history_has_every_droplet_that_ever_was(place: Place, tmp_path: Path) -> None:
    with provider(place, tmp_path, Machines()) as before:
        gone = before.active(name="gone", tags=["a", "b"])["id"]
        before.call("DELETE", f"/v2/droplets/{gone}")
        until(lambda: is_gone(before, gone))
        before.call("DELETE", "/v2/tags/a")

    with provider(place, tmp_path, Machines()) as after:
        there = after.order(name="there", tags=["a"])["id"]
        first, second = after.get("/_local/droplets").json()["history"]

    assert (first["id"], first["name"], first["tags"]) == (gone, "gone", ["a", "b"])
    assert first["created_at"] <= first["gone_at"]
    assert (second["id"], second["tags"], second["gone_at"]) == (there, ["a"], None)


def test_droplets_outlive_a_restart_and_numbers_are_not_given_twice(
    place: Place, tmp_path: Path
) -> None:
    machines = Machines()
    with provider(place, tmp_path, machines) as before:
        active, off = before.active(), before.active()
        before.call("POST", f"/v2/droplets/{off['id']}/actions", {"type": "power_off"})
    machines.power(str(active["id"]), on=False)  # a platform that stops switches its servers off

    with provider(place, tmp_path, machines) as after:
        until(lambda: machines.there[str(active["id"])].running)
        assert after.droplet(active["id"]) == active
        assert after.droplet(off["id"])["status"] == "off"
        assert not machines.there[str(off["id"])].running
        assert after.order()["id"] > off["id"]


def test_droplet_that_was_new_is_made_after_a_restart(place: Place, tmp_path: Path) -> None:
    broken, machines = Machines(broken=True), Machines()
    with provider(place, tmp_path, broken) as before:
        number = before.order(name="web", user_data="u")["id"]

    with provider(place, tmp_path, machines) as after:
        until(lambda: after.droplet(number)["status"] == "active")

    given = {"hostname": "web", "user_data": "u", "keys": []}
    assert machines.ordered == {str(number): given}


def test_droplet_that_was_half_made_is_made_anew(place: Place, tmp_path: Path) -> None:
    broken, machines = Machines(broken=True), Machines()
    with provider(place, tmp_path, broken) as before:
        number = str(before.order()["id"])
    machines.create(number)
    machines.power(number, on=False)
    machines.ordered.clear()

    with provider(place, tmp_path, machines) as after:
        until(lambda: after.droplet(int(number))["status"] == "active")

    assert list(machines.ordered) == [number]
    assert machines.there[number].running


@pytest.mark.parametrize("is_made", [True, False])
def test_droplet_that_was_leaving_is_removed_after_a_restart(
    place: Place, tmp_path: Path, is_made: bool
) -> None:
    old = Machines(broken=not is_made)
    with provider(place, tmp_path, old) as before:
        number = (before.active() if is_made else before.order())["id"]
        old.broken = True
        before.call("DELETE", f"/v2/droplets/{number}")
        until(lambda: old.failed[-1:] == [str(number)])
    machines = Machines(there=dict(old.there))

    with provider(place, tmp_path, machines) as after:
        until(lambda: is_gone(after, number))

    assert machines.there == {}
