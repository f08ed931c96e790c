"""What a provider promises (`chalicelib.ports.clouds`), of the fake and of every real adapter.

pydo speaks over HTTP to the local DigitalOcean, hcloud to the local Hetzner, boto3 to moto in this
process and to the local AWS in its own. With `HOSTER_TEST_DIGITALOCEAN_TOKEN` all of it but the
failures on demand runs over the real DigitalOcean too, which costs a few cents, and is swept up
after whatever ends it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.domain.errors import Gone, NotReady, RefusedByProvider
from chalicelib.ports.clouds import Cloud, Server, ServerOrder
from tests.contract import providers
from tests.contract.providers import (
    ERRORS,
    FIREWALL,
    REAL_TOKEN,
    Account,
    admitted,
    kept_tags,
    until,
)

NAMES = ["fake", "digitalocean", "moto", "ministack", "hetzner"]
NAMES += ["real digitalocean"] if REAL_TOKEN else []
PORTS = ("22/tcp", "9443/tcp", "80/tcp", "30000-39999/tcp", "30000-39999/udp")


@pytest.fixture(scope="module", params=NAMES)
def account(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Account]:
    """One provider after the other, each for all tests."""
    name = request.param
    with providers.PROVIDERS[name](tmp_path_factory.mktemp(name)) as here:
        yield here


@pytest.fixture
def cloud(account: Account) -> Cloud:
    return account.cloud


def needs(account: Account, *wanted: str) -> None:
    """Skip what a stand-in cannot show, and say why."""
    for what in wanted:
        if what in account.lacks:
            pytest.skip(account.lacks[what])


def is_gone(cloud: Cloud, order: ServerOrder) -> bool:
    return cloud.find(order.tag) == ()


def ids(cloud: Cloud, tag: str) -> list[str]:
    """The ids of the servers of a tag; a real provider may lag behind an order."""
    return [server.id for server in cloud.find(tag)]


def active(cloud: Cloud, server: Server) -> Server:
    def ask() -> Server | None:
        found = cloud.get(server.id)
        return found if found.state == "active" else None

    found: Server = until(ask)
    return found


def take_down(cloud: Cloud, order: ServerOrder) -> None:
    """Remove everything of an order, as a destroy does, and see that it is gone."""
    for server in cloud.find(order.tag):
        until(lambda number=server.id: is_accepted(cloud, number))
    until(lambda: is_gone(cloud, order))
    until(lambda: is_removed(cloud, order.tag))
    cloud.remove_key(order.public_key)
    cloud.remove_tag(order.tag)


def is_accepted(cloud: Cloud, server_id: str) -> bool:
    try:
        cloud.destroy(server_id)
    except NotReady:
        return False
    return True


def is_removed(cloud: Cloud, firewall: str) -> bool:
    try:
        cloud.remove_firewall(firewall)
    except NotReady:
        return False
    return True


# What an account tells ----------------------------------------------------------------------


def test_account_has_a_name(cloud: Cloud) -> None:
    assert cloud.check() == cloud.check()
    assert cloud.check()


def test_what_is_offered_can_be_ordered(account: Account) -> None:
    regions = {region.id for region in account.cloud.regions() if region.available}
    [size] = [size for size in account.cloud.sizes() if size.id == account.size]

    assert account.region in regions
    assert account.region in (size.regions or (account.region,))
    assert set(size.regions) <= regions
    assert (size.cpu_cores >= 1, size.memory_mb >= 1024, size.disk_gb >= 20) == (True, True, True)
    assert size.price_hourly is not None
    assert size.price_hourly > 0


def test_images_that_servers_begin_with_have_names(cloud: Cloud) -> None:
    images = cloud.images()

    assert len({image.id for image in images}) == len(images)
    assert all(image.id and image.name and image.distribution for image in images)
    assert "debian" in {image.distribution.lower() for image in images}


def test_images_are_systems_that_servers_begin_with(account: Account) -> None:
    needs(account, "images")
    images = account.cloud.images()

    assert len({image.id for image in images}) == len(images)
    assert "Debian" in {image.distribution for image in images}
    assert all(account.region in (image.regions or (account.region,)) for image in images)


def test_price_is_known_or_said_to_be_unknown(cloud: Cloud) -> None:
    sizes = cloud.sizes()

    assert len({size.id for size in sizes}) == len(sizes)
    for size in sizes:
        assert (size.price_hourly is None) == (size.price_monthly is None)
        assert size.price_hourly is None or 0 < size.price_hourly < 10
        assert not size.regions or set(size.prices) in (set(), set(size.regions))
        assert len(size.currency) == 3


def test_wrong_token_is_an_invalid_credential(account: Account) -> None:
    if account.stranger is None:
        pytest.skip("the fake, moto 5.2.5 and ministack 1.5.33 take every credential")

    for ask in (account.stranger.check, account.stranger.sizes):
        with pytest.raises(ERRORS["credential"]) as caught:
            ask()
        assert "0000" not in str(caught.value)


# The life of a server -----------------------------------------------------------------------


def test_server_is_found_by_its_tag_gets_an_address_and_goes(account: Account) -> None:
    cloud, order = account.cloud, account.order()

    made = cloud.create(order)

    assert (made.name, made.user) == (order.name, account.user)
    assert {order.tag, *order.tags} <= set(made.tags)
    until(lambda: ids(cloud, order.tag) == [made.id])
    until(lambda: made.id in ids(cloud, account.tag))
    assert active(cloud, made).address is not None
    take_down(cloud, order)
    with pytest.raises(Gone):
        cloud.get(made.id)


def test_tag_of_nobody_finds_nothing(cloud: Cloud) -> None:
    assert cloud.find("test-prov_none") == ()


def test_servers_of_one_tag_are_told_oldest_first(account: Account) -> None:
    cloud, first = account.cloud, account.order()
    second = account.order(tag=first.tag)

    made = [cloud.create(first).id, cloud.create(second).id]

    until(lambda: sorted(ids(cloud, first.tag)) == sorted(made))
    told = cloud.find(first.tag)
    assert list(told) == sorted(told, key=lambda server: (server.created_at, server.id))
    take_down(cloud, first)
    cloud.remove_key(second.public_key)


def test_everything_can_be_repeated_without_harm(account: Account) -> None:
    cloud, order = account.cloud, account.order()
    made = cloud.create(order)
    for _ in range(2):
        cloud.open_firewall(order.tag, order.tag, PORTS)
        cloud.open_firewall(order.tag, order.tag, PORTS[:1])
    assert active(cloud, made) == cloud.get(made.id)

    for _ in range(2):
        until(lambda: is_accepted(cloud, made.id))
    until(lambda: is_gone(cloud, order))
    for _ in range(2):
        until(lambda: is_removed(cloud, order.tag))
        cloud.remove_key(order.public_key)
        cloud.destroy(made.id)

    assert is_gone(cloud, order)


def test_firewall_opens_before_its_servers_and_closes_twice(cloud: Cloud) -> None:
    for ports in (PORTS[:1], PORTS, PORTS[2:], PORTS):
        cloud.open_firewall(FIREWALL, FIREWALL, ports)

        assert admitted(cloud, FIREWALL) == set(ports)

    cloud.remove_firewall(FIREWALL)
    cloud.remove_firewall(FIREWALL)
    cloud.remove_tag(FIREWALL)
    assert FIREWALL not in kept_tags(cloud)


def test_restarted_server_keeps_its_id_and_address(account: Account) -> None:
    cloud, order = account.cloud, account.order()
    before = active(cloud, cloud.create(order))

    until(lambda: is_restarted(cloud, before.id))

    after = active(cloud, before)
    assert (after.id, after.address, after.tags) == (before.id, before.address, before.tags)
    take_down(cloud, order)


def is_restarted(cloud: Cloud, server_id: str) -> bool:
    try:
        cloud.restart(server_id)
    except NotReady:
        return False
    return True


@pytest.mark.parametrize("number", ["i-0123456789abcdef0", "99999999", "nonsense"])
def test_server_that_never_was_cannot_be_restarted(cloud: Cloud, number: str) -> None:
    with pytest.raises(Gone):
        cloud.restart(number)


def test_key_is_known_from_its_order_until_it_is_removed(account: Account) -> None:
    cloud, order, other = account.cloud, account.order(), account.order()
    assert not cloud.knows_key(order.public_key)

    made = cloud.create(order)

    assert cloud.knows_key(order.public_key)
    assert not cloud.knows_key(other.public_key)
    until(lambda: is_accepted(cloud, made.id))
    until(lambda: is_gone(cloud, order))
    assert cloud.knows_key(order.public_key)
    take_down(cloud, order)
    assert not cloud.knows_key(order.public_key)


def test_tag_goes_when_no_server_carries_it(account: Account) -> None:
    cloud, order = account.cloud, account.order()
    made = cloud.create(order)

    until(lambda: ids(cloud, order.tag) == [made.id])

    cloud.remove_tag(order.tag)

    assert ids(cloud, order.tag) == [made.id]
    take_down(cloud, order)
    assert order.tag not in kept_tags(cloud)
    cloud.remove_tag(order.tag)
    cloud.remove_tag("test-prov_none")


@pytest.mark.parametrize("number", ["i-0123456789abcdef0", "99999999", "nonsense", "²"])
def test_server_that_never_was_is_gone(cloud: Cloud, number: str) -> None:
    with pytest.raises(Gone):
        cloud.get(number)
    cloud.destroy(number)


# Moments that are bad -----------------------------------------------------------------------


def test_order_whose_answer_is_lost_makes_one_server(account: Account) -> None:
    needs(account, "faults")
    cloud, order = account.cloud, account.order()
    account.fail("create", "lost", 1)

    with pytest.raises(ERRORS["lost"]):
        cloud.create(order)

    [made] = cloud.find(order.tag)
    if account.one_a_token:
        assert cloud.create(order).id == made.id
        assert [server.id for server in cloud.find(order.tag)] == [made.id]
    take_down(cloud, order)


def test_repeated_order_makes_one_server_where_a_provider_can(account: Account) -> None:
    needs(account, "token")
    cloud, order = account.cloud, account.order()

    made = {cloud.create(order).id for _ in range(3)}

    until(lambda: set(ids(cloud, order.tag)) == made)
    assert (len(made) == 1) == account.one_a_token
    take_down(cloud, order)


def test_doubled_order_is_seen(account: Account) -> None:
    needs(account, "doubled")
    cloud, order = account.cloud, account.order()
    account.fail("create", "doubled", 1)

    made = cloud.create(order)

    found = [server.id for server in cloud.find(order.tag)]
    assert made.id in found
    assert len(found) == (1 if account.one_a_token else 2)
    take_down(cloud, order)


@pytest.mark.parametrize("how", ["down", "throttle", "credential", "full", "quota"])
def test_order_that_fails_has_its_own_name_and_leaves_nothing(account: Account, how: str) -> None:
    needs(account, "faults")
    cloud, order = account.cloud, account.order()
    account.fail("create", how, 1)

    with pytest.raises(ERRORS[how]) as caught:
        cloud.create(order)

    assert type(caught.value) is ERRORS[how]
    assert_no_secret(caught.value)
    assert is_gone(cloud, order)
    cloud.create(order)
    take_down(cloud, order)


@pytest.mark.parametrize("how", ["down", "throttle", "credential"])
@pytest.mark.parametrize("call", ["find", "get", "destroy"])
def test_question_that_fails_has_its_own_name(account: Account, call: str, how: str) -> None:
    needs(account, "faults")
    cloud, order = account.cloud, account.order()
    made = cloud.create(order)
    account.fail(call, how, 1)

    with pytest.raises(ERRORS[how]) as caught:
        getattr(cloud, call)(order.tag if call == "find" else made.id)

    assert_no_secret(caught.value)
    assert [server.id for server in cloud.find(order.tag)] == [made.id]
    take_down(cloud, order)


def assert_no_secret(error: BaseException) -> None:
    """Neither the error nor what a log would print of it shows a secret."""
    shown = str(error) + "".join(traceback.format_exception(error))
    for secret in (providers.SECRET, providers.ACCESS_KEY, providers.USER_DATA_SECRET):
        assert secret not in shown


@pytest.mark.parametrize(
    "change", [{"size": "s-99vcpu"}, {"region": "moon1"}, {"name": ""}], ids=["size", "region", ""]
)
def test_order_that_cannot_be_is_refused_and_leaves_nothing(
    account: Account, change: dict[str, str]
) -> None:
    needs(account, "order")
    cloud, order = account.cloud, account.order(**change)

    with pytest.raises(RefusedByProvider):
        cloud.create(order)

    assert is_gone(cloud, order)
    cloud.remove_key(order.public_key)


def test_listing_may_lag_behind_an_order(account: Account) -> None:
    needs(account, "lag")
    cloud, order = account.cloud, account.order()
    made = cloud.create(order)
    account.fail("find", "lag", 1)
    assert cloud.find(order.tag) == ()

    assert [server.id for server in cloud.find(order.tag)] == [made.id]
    take_down(cloud, order)


# What only some can show --------------------------------------------------------------------


@pytest.mark.local
def test_droplet_that_is_a_real_machine_lives_and_goes(tmp_path) -> None:
    with providers.droplets(tmp_path) as account:
        test_server_is_found_by_its_tag_gets_an_address_and_goes(account)


@pytest.mark.skipif(not REAL_TOKEN, reason="HOSTER_TEST_DIGITALOCEAN_TOKEN is not set")
def test_real_digitalocean_was_asked_too() -> None:
    assert "real digitalocean" in NAMES


def test_run_that_broke_off_is_swept_up(tmp_path: Path) -> None:
    with providers.digitalocean(tmp_path) as account:
        cloud, order, second = account.cloud, account.order(), account.order()
        cloud.create(order)
        cloud.open_firewall(order.tag, order.tag, PORTS)
        cloud.open_firewall(FIREWALL, FIREWALL, PORTS)
        cloud.create(second)

        account.sweep_up()

        assert cloud.find(account.tag) == ()
        assert kept_tags(cloud) == set()
        assert not any(cloud.knows_key(o.public_key) for o in (order, second))
        for name in (order.tag, FIREWALL):
            with pytest.raises(ValueError, match="not enough values"):
                admitted(cloud, name)
