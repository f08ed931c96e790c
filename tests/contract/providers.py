"""The providers that the suite in `test_clouds.py` runs over, each with its ways to fail."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
from botocore.exceptions import ReadTimeoutError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto import mock_aws
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami

from chalicelib.adapters.clouds import ec2
from chalicelib.adapters.clouds.digitalocean import DigitalOcean
from chalicelib.adapters.clouds.ec2 import EC2
from chalicelib.adapters.clouds.hetzner import Hetzner
from chalicelib.domain.errors import (
    InvalidCredential,
    NoCapacity,
    NotReady,
    ProductError,
    ProviderUnavailable,
    QuotaExceeded,
    Throttled,
)
from chalicelib.ports.clouds import Cloud, ServerOrder
from infra.local import nodes
from infra.local.digitalocean.app import make_app as make_digitalocean
from infra.local.digitalocean.droplets import Machines
from infra.local.engine import ensure_engine
from infra.local.hetzner.app import make_app as make_hetzner
from infra.local.nodes import machines as containers
from tests.contract.emulated import local_aws
from tests.fakes.cloud import FakeCloud
from tests.local.digitalocean.rig import Machines as Rows
from tests.local.serving import serving

REAL_TOKEN = os.environ.get("HOSTER_TEST_DIGITALOCEAN_TOKEN")
REAL_URL = os.environ.get("HOSTER_TEST_DIGITALOCEAN_URL", "https://api.digitalocean.com")
FIREWALL = "hoster-test-firewall"
"""A firewall without servers, and its tag."""
SECRET = "never-shown-" + "c" * 52
DO_TOKEN = "dop_v1_" + SECRET
ACCESS_KEY = "AKIANEVERSHOWN000000"
USER_DATA_SECRET = "never-shown-host-key"
WITHIN_SECONDS = 60.0
REAL_WITHIN_SECONDS = 300.0
ERRORS: dict[str, type[ProductError]] = {
    "lost": ProviderUnavailable,
    "down": ProviderUnavailable,
    "throttle": Throttled,
    "credential": InvalidCredential,
    "full": NoCapacity,
    "quota": QuotaExceeded,
}
"""The ways to fail, and what each is called here."""


@dataclass
class Account:
    """A provider's account as the suite needs it.

    `fail(call, how, times)` has the next calls of `create`, `find`, `get` or `destroy` fail.
    """

    cloud: Cloud
    region: str
    size: str
    fail: Callable[[str, str, int], None]
    user: str = "root"
    one_a_token: bool = False
    tag: str = "hoster-test"
    """What every server of this run carries."""
    orders: list[ServerOrder] = field(default_factory=list)
    stranger: Cloud | None = None
    """The same provider entered with a credential of nobody."""
    lacks: dict[str, str] = field(default_factory=dict)
    """What cannot be asked of this one → why."""

    def order(self, **changes: Any) -> ServerOrder:
        """A new order."""
        key = Ed25519PrivateKey.generate().public_key()
        tag = f"test-prov_{secrets.token_hex(8)}"
        wanted = ServerOrder(
            name=tag.replace("_", "-"),
            region=self.region,
            size=self.size,
            tag=tag,
            tags=(self.tag,),
            public_key=key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
            user_data=f"#cloud-config\n# {USER_DATA_SECRET}\n{{}}\n",
            token=f"{tag}-g1",
        )
        self.orders.append(replace(wanted, **changes))
        return self.orders[-1]

    def sweep_up(self) -> None:
        """Take down whatever this run's orders left, and see that nothing of it is there."""
        until(self._is_swept)
        for order in self.orders:
            self.cloud.remove_key(order.public_key)

    def _is_swept(self) -> bool:
        """Have what is listed go. A tag that still counts something tells of what is not listed."""
        names = {FIREWALL, *(order.tag for order in self.orders)}
        for server in self.cloud.find(self.tag):
            _accepts(self.cloud.destroy, server.id)
        is_free = all(_accepts(self.cloud.remove_firewall, name) for name in sorted(names))
        for name in {*names, self.tag}:
            self.cloud.remove_tag(name)
        kept = kept_tags(self.cloud) & {*names, self.tag}
        return is_free and not kept and not self.cloud.find(self.tag)


def _accepts(remove: Callable[[str], None], what: str) -> bool:
    """Have something removed; false while something else must end first."""
    try:
        remove(what)
    except NotReady:
        return False
    return True


def until(true: Callable[[], Any]) -> Any:
    """Wait until something is true and return it; real machines take their time."""
    within = REAL_WITHIN_SECONDS if REAL_TOKEN else WITHIN_SECONDS
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(2.0 if REAL_TOKEN else 0.01)
    raise AssertionError(f"not true within {within:.0f} s")


def admitted(cloud: Cloud, firewall: str) -> set[str]:
    """What the provider itself says that a firewall lets in, as `open_firewall` takes it."""
    if isinstance(cloud, FakeCloud):
        return set(cloud.firewalls[firewall])
    if isinstance(cloud, DigitalOcean):
        [known] = [
            f
            for f in cloud.client.firewalls.list(per_page=200)["firewalls"]
            if f["name"] == firewall
        ]
        return {f"{rule['ports']}/{rule['protocol']}" for rule in known["inbound_rules"]}
    if isinstance(cloud, Hetzner):
        rules = cloud.client.firewalls.get_by_name(firewall).rules
        return {f"{rule.port}/{rule.protocol}" for rule in rules}
    assert isinstance(cloud, EC2)
    group = cloud.groups.find(firewall)
    assert group is not None
    spans = {(p["FromPort"], p["ToPort"], p["IpProtocol"]) for p in group["IpPermissions"]}
    return {f"{a}/{kind}" if a == b else f"{a}-{b}/{kind}" for a, b, kind in spans}


def kept_tags(cloud: Cloud) -> set[str]:
    """The tags that the provider keeps as things of their own."""
    if isinstance(cloud, FakeCloud):
        return cloud.tags
    if isinstance(cloud, DigitalOcean):
        return {tag["name"] for tag in cloud.client.tags.list(per_page=200)["tags"]}
    return set()


@contextmanager
def fake(_folder: Path) -> Iterator[Account]:
    """The fake that the other tests use."""
    cloud = FakeCloud()

    def fail(call: str, how: str, times: int) -> None:
        kept = cloud.after if how == "lost" else cloud.fails
        kept[call] += [ERRORS[how]("told to fail")] * times

    lacks = {
        "order": "the fake takes any order",
        "lag": "the fake shows at once what it has",
        "doubled": "nothing lies between the caller and the fake that could double a call",
    }
    yield Account(cloud, "fra1", "s-1vcpu-2gb", fail, lacks=lacks)


def _told_over_http(url: str, calls: dict[str, str], words: dict[str, str]) -> Callable[..., None]:
    def fail(call: str, how: str, times: int) -> None:
        told: dict[str, Any] = {"fault": "status", "value": words.get(how)}
        kinds = {"lost": "lost_response", "lag": "list_lag", "doubled": "duplicate"}
        if how in kinds:
            told = {"fault": kinds[how]}
        given = {"call": calls[call], "times": times, **told}
        answer = httpx.post(f"{url}/_local/faults", json=given, trust_env=False)
        assert answer.status_code == 201, answer.text

    return fail


@contextmanager
def droplets(folder: Path) -> Iterator[Account]:
    """pydo over HTTP, against the local DigitalOcean whose droplets are real machines."""
    ensure_engine()
    nodes.ensure_image()
    nodes.ensure_network()
    with digitalocean(folder, containers) as account:
        yield account


@contextmanager
def digitalocean(folder: Path, machines: Machines | None = None) -> Iterator[Account]:
    """pydo over HTTP, against the local DigitalOcean whose droplets are rows of a table."""
    app = make_digitalocean(folder, frozenset({DO_TOKEN}), machines or Rows())
    with serving(app) as url:
        servers = "/v2/droplets"
        calls = {
            "create": f"POST {servers}",
            "find": f"GET {servers}",
            "get": f"GET {servers}/*",
            "destroy": f"DELETE {servers}/*",
        }
        words = {
            "down": "503",
            "throttle": "429",
            "credential": "401",
            "full": "422 Size is unavailable in this region.",
            "quota": "422 This would exceed your droplet limit.",
        }
        fail = _told_over_http(url, calls, words)
        stranger = DigitalOcean("dop_v1_" + "0" * 64, url)
        cloud = DigitalOcean(DO_TOKEN, url)
        yield Account(cloud, "fra1", "s-1vcpu-2gb", fail, stranger=stranger)


@contextmanager
def real_digitalocean(_folder: Path) -> Iterator[Account]:
    """pydo against DigitalOcean itself: it costs a few cents, and is left as it was found."""

    def fail(_call: str, _how: str, _times: int) -> None:
        raise AssertionError("the real DigitalOcean fails when it likes")

    lacks = {
        "faults": "the real DigitalOcean cannot be told to fail",
        "lag": "the real DigitalOcean lags when it likes",
        "doubled": "nothing lies between the caller and the real DigitalOcean",
    }
    account = Account(
        DigitalOcean(str(REAL_TOKEN), REAL_URL),
        "fra1",
        "s-1vcpu-1gb",
        fail,
        tag=f"hoster-test-{secrets.token_hex(4)}",
        stranger=DigitalOcean("dop_v1_" + "0" * 64, REAL_URL),
        lacks=lacks,
    )
    try:
        yield account
    finally:
        account.sweep_up()


@contextmanager
def hetzner(_folder: Path) -> Iterator[Account]:
    """hcloud over HTTP, against the local Hetzner."""
    with serving(make_hetzner(frozenset({SECRET}))) as url:
        servers = "/v1/servers"
        calls = {
            "create": f"POST {servers}",
            "find": f"GET {servers}",
            "get": f"GET {servers}/*",
            "destroy": f"DELETE {servers}/*",
        }
        words = {
            "down": "503 unavailable",
            "throttle": "429 rate_limit_exceeded",
            "credential": "401 unauthorized",
            "full": "412 resource_unavailable",
            "quota": "403 resource_limit_exceeded",
        }
        fail = _told_over_http(url, calls, words)
        cloud = Hetzner(SECRET, f"{url}/v1", "fsn1")
        stranger = Hetzner("0" * 64, f"{url}/v1")
        yield Account(cloud, "fsn1", "cx22", fail, one_a_token=True, stranger=stranger)


AWS_CALLS = {
    "create": "RunInstances",
    "find": "DescribeInstances",
    "get": "DescribeInstances",
    "destroy": "TerminateInstances",
}
AWS_CODES = {
    "down": ("InternalError", 500),
    "throttle": ("RequestLimitExceeded", 503),
    "credential": ("AuthFailure", 401),
    "full": ("InsufficientInstanceCapacity", 500),
    "quota": ("VcpuLimitExceeded", 400),
}


def _told_in_process(cloud: EC2) -> Callable[..., None]:
    """Fail a call before it is sent, or lose what it answered."""
    events = cloud.ec2.meta.events

    def fail(call: str, how: str, times: int) -> None:
        left = [times]
        when = "after-call" if how == "lost" else "before-call"

        def play(**_given: Any) -> Any:
            if left[0] == 0:
                return None
            left[0] -= 1
            if how == "lost":
                raise ReadTimeoutError(endpoint_url="https://ec2.example")
            code, status = AWS_CODES[how]
            parsed = {
                "Error": {"Code": code, "Message": f"refused, {ACCESS_KEY} {SECRET}"},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }
            return mock.Mock(status_code=status), parsed

        events.register(f"{when}.ec2.{AWS_CALLS[call]}", play)

    return fail


@contextmanager
def moto(_folder: Path) -> Iterator[Account]:
    """boto3 against moto, in this process, with two images of Debian in it."""
    # moto has no price list: a call that is sent nowhere says so at once.
    nowhere = {"AWS_ENDPOINT_URL_PRICING": "http://127.0.0.1:1"}
    with mock.patch.dict("os.environ", nowhere), mock_aws():
        backend = ec2_backends["123456789012"]["us-east-1"]
        for number, year in enumerate((2025, 2026)):
            image = f"ami-{number:017x}"
            backend.amis[image] = Ami(
                backend,
                image,
                name=f"debian-12-amd64-{year}1101-1",
                architecture="x86_64",
                owner_id=ec2.OWNER,
                public=True,
                root_device_name="/dev/xvda",
                virtualization_type="hvm",
                creation_date=datetime(year, 11, 1),  # noqa: DTZ001 (moto's own are naive)
            )
        cloud = EC2(ACCESS_KEY, SECRET, "us-east-1")
        lacks = {
            "lag": "moto 5.2.5 shows at once what it has",
            "doubled": "boto3 sends a call once, and moto 5.2.5 knows no ClientToken",
            "token": "moto 5.2.5 keeps a ClientToken and makes a second server all the same",
            "order": "moto 5.2.5 takes every instance type and region",
        }
        yield Account(
            cloud, "us-east-1", "t3.small", _told_in_process(cloud), user="admin", lacks=lacks
        )


@contextmanager
def ministack(folder: Path) -> Iterator[Account]:
    """boto3 over HTTP against the local AWS, a process of its own."""
    with (
        local_aws(folder) as url,
        mock.patch.dict("os.environ", {"AWS_ENDPOINT_URL": url}),
        # It has no Debian image, and boots containers for those that are registered.
        mock.patch.multiple(ec2, OWNER="099720109477", IMAGE="ubuntu/images/*"),
    ):
        cloud = EC2(ACCESS_KEY, SECRET, "us-east-1")
        lacks = {
            "lag": "ministack 1.5.33 shows at once what it has",
            "doubled": "boto3 sends a call once, and ministack 1.5.33 knows no ClientToken",
            "images": "ministack 1.5.33 has no Debian; its Ubuntu stands in for it",
            "token": "ministack 1.5.33 knows no ClientToken",
            "order": "ministack 1.5.33 takes every instance type",
        }
        yield Account(
            cloud, "us-east-1", "t3.small", _told_in_process(cloud), user="admin", lacks=lacks
        )


PROVIDERS = {
    "fake": fake,
    "digitalocean": digitalocean,
    "droplets": droplets,
    "real digitalocean": real_digitalocean,
    "moto": moto,
    "ministack": ministack,
    "hetzner": hetzner,
}
