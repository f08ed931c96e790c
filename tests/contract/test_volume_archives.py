"""Volumes of a real server as archives in a bucket: sent, proven, fetched, swapped in, put back."""

from __future__ import annotations

import functools
import secrets
import shlex
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.vaults.s3 import S3Vault
from chalicelib.domain import names_on_node as names
from chalicelib.domain.archives import OPENED_BY, SMALLEST_PART, Part, cut_for
from chalicelib.domain.errors import ArchiveDamaged, Unavailable
from chalicelib.domain.plan import Plan
from chalicelib.ports.nodes import Node
from chalicelib.ports.volume_archives import CopyState, Incoming, Outgoing, Sent
from infra.local import nodes
from infra.packaging.template import ROOT
from tests.contract.droplet import Droplet, connect, until
from tests.contract.emulated import local_aws
from tests.contract.test_volumes import filled, folder, print_of
from tests.ports import free_port

pytestmark = [pytest.mark.local, pytest.mark.timeout(180)]

BUCKET = "test-archives"
GENERATION = 7
SIGNED = Config(signature_version="s3v4", s3={"addressing_style": "path"})


@dataclass(frozen=True)
class Store:
    """The bucket, and the way past the vault to what lies in it."""

    vault: S3Vault
    s3: Any


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A bucket of the local AWS that a server reaches as on a whole platform."""
    with local_aws(tmp_path_factory.mktemp("archives"), tables=False) as address:
        s3 = boto3.client("s3", config=SIGNED)
        s3.create_bucket(Bucket=BUCKET)
        bind = f"{nodes.ensure_network()}:{free_port()}"
        state = tmp_path_factory.mktemp("relay")
        with Relay(bind, address.removeprefix("http://"), state):
            outside = boto3.client("s3", endpoint_url=f"http://{bind}", config=SIGNED)
            yield Store(S3Vault(s3, outside, BUCKET), s3)


class Relay:
    """The way that servers have to the bucket, and to nothing else."""

    def __init__(self, bind: str, aws: str, state: Path) -> None:
        command = [sys.executable, "-m", "infra.local.archives", "--bind", bind, "--aws", aws]
        self.command = [*command, "--bucket", BUCKET, "--state", str(state)]
        self.host, _, port = bind.partition(":")
        self.port = int(port)

    def __enter__(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=ROOT)
        until(self._answers)

    def _answers(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), 1).close()
        except OSError:
            return False
        return True

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture
def app(server: Droplet) -> Iterator[str]:
    """A deployment's id; nothing of it is left on the server."""
    name = str(uuid.uuid4())
    yield name
    with connect(server.login) as opened:
        opened.volume_archives.clear(name, ())
        opened.engine.remove_everything(name)
        assert opened.engine.remains(name) == ()
        assert opened.run(f"ls /var/lib/hoster/archives | grep {name}").status == 1


@pytest.fixture(scope="module")
def passphrase() -> str:
    return secrets.token_hex(32)


def outgoing(store: Store, app: str, passphrase: str, volume: str = "data") -> Outgoing:
    key = f"{app}/{volume}"
    upload = store.vault.begin(key)
    cut = cut_for(60)
    links = store.vault.part_links(key, upload, parts=cut.parts, seconds=600)
    UPLOADS[key] = upload
    return Outgoing(volume, cut.part_bytes, links, passphrase)


UPLOADS: dict[str, str] = {}


def sending(node: Node, app: str, *volumes: Outgoing) -> CopyState:
    node.volume_archives.start_sending(app, volumes, generation=GENERATION)
    ask = node.volume_archives.sending_state
    return until(lambda: (s := ask(app, generation=GENERATION)).state != "running" and s)


def fetching(node: Node, app: str, *volumes: Incoming) -> CopyState:
    node.volume_archives.start_fetching(app, volumes, generation=GENERATION)
    ask = node.volume_archives.fetching_state
    return until(lambda: (s := ask(app, generation=GENERATION)).state != "running" and s)


def stored(node: Node, store: Store, app: str, passphrase: str) -> Sent:
    """A volume with what is hard to copy and more than one part of chance, sent and proven."""
    filled(node, app, "data")
    node.run(f"head -c {SMALLEST_PART + 5} /dev/urandom >{folder(app)}/chance")
    done = sending(node, app, outgoing(store, app, passphrase))
    assert done.state == "done", done.tail
    [sent] = done.sent
    assert done.bytes == store.vault.finish(f"{app}/data", UPLOADS[f"{app}/data"], sent.parts)
    return sent


def incoming(store: Store, app: str, sent: Sent, passphrase: str) -> Incoming:
    return Incoming("data", sent.sha256, store.vault.link(f"{app}/data", seconds=600), passphrase)


def test_volume_comes_back_as_it_was_in_another_place(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    sent = stored(node, store, app, passphrase)
    before = print_of(node, folder(app))
    other = str(uuid.uuid4())

    try:
        fetched = fetching(node, other, incoming(store, app, sent, passphrase))
        node.volume_archives.swap_in(other, ("data",), generation=GENERATION)
        node.volume_archives.swap_in(other, ("data",), generation=GENERATION)

        assert (fetched.state, fetched.bytes) == ("done", sum(one.bytes for one in sent.parts))
        assert print_of(node, folder(other)) == before
        assert len(sent.parts) == 2
        assert sent.plain_bytes > SMALLEST_PART
        assert sent.files == fetched.unpacked["data"] > 5
        node.volume_archives.clear(other, ("data",))
        assert node.run(f"ls -d {folder(other)}.*").status != 0
    finally:
        node.engine.remove_everything(other)


def test_person_opens_an_archive_with_the_documented_command(
    node: Node, store: Store, app: str, passphrase: str, tmp_path: Path
) -> None:
    sent = stored(node, store, app, passphrase)
    store.s3.download_file(BUCKET, f"{app}/data", str(tmp_path / "data.archive"))
    (tmp_path / "passphrase.txt").write_text(f"{passphrase}\n")

    command = ["sh", "-c", OPENED_BY.format(file="data.archive")]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=60)

    assert (tmp_path / "a dir/row").read_text() == "data-row\n"
    assert (tmp_path / "chance").stat().st_size == SMALLEST_PART + 5
    assert sent.sha256 in subprocess.check_output(
        ["sha256sum", tmp_path / "data.archive"], text=True
    )


def test_archive_whose_hash_differs_is_never_opened(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    sent = stored(node, store, app, passphrase)
    before = print_of(node, folder(app))
    key = f"{app}/data"
    spoilt = bytearray(store.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    spoilt[1000] ^= 1
    store.s3.put_object(Bucket=BUCKET, Key=key, Body=bytes(spoilt))

    failed = fetching(node, app, incoming(store, app, sent, passphrase))

    assert (failed.state, failed.status) == ("failed", 1)
    assert "is not what was stored" in failed.tail
    assert node.run(f"ls -d {folder(app)}.*").status != 0
    node.volume_archives.put_back(app, ("data",), generation=GENERATION)
    assert print_of(node, folder(app)) == before


def test_what_was_swapped_in_is_put_back_wherever_that_broke_off(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    sent = stored(node, store, app, passphrase)
    node.run(f"echo later >{folder(app)}/later")
    before = print_of(node, folder(app))
    assert fetching(node, app, incoming(store, app, sent, passphrase)).state == "done"
    node.volume_archives.swap_in(app, ("data",), generation=GENERATION)
    assert node.run(f"cat {folder(app)}/later").status != 0

    # The worst moment: the old data is on its way back, and nothing is in its place.
    node.run(f"mv {folder(app)} {folder(app)}.gone")
    node.volume_archives.put_back(app, ("data",), generation=GENERATION)
    node.volume_archives.put_back(app, ("data",), generation=GENERATION)

    assert print_of(node, folder(app)) == before


def test_no_passphrase_is_left_on_the_server_nor_shown_among_its_processes(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    filled(node, app, "data")
    node.run(f"head -c 200000000 /dev/urandom >{folder(app)}/chance", timeout=60)
    wanted = replace(outgoing(store, app, passphrase), part_bytes=4 * SMALLEST_PART)

    node.volume_archives.start_sending(app, (wanted,), generation=GENERATION)
    listed = functools.partial(node.run, "ps axww -o args")
    seen = until(lambda: "openssl enc" in (text := listed().stdout) and text)
    ask = node.volume_archives.sending_state
    done = until(lambda: (s := ask(app, generation=GENERATION)).state != "running" and s)

    assert done.state == "done", done.tail
    assert passphrase not in seen
    assert "X-Amz-Signature" not in seen
    for secret in (passphrase, "X-Amz-Signature"):
        found = node.run(f"grep -rlI {shlex.quote(secret)} /var/lib/hoster /tmp /root /dev/shm")
        assert found.stdout == ""


def test_sending_that_was_killed_begins_anew(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    filled(node, app, "data")
    node.run(f"head -c 200000000 /dev/urandom >{folder(app)}/chance", timeout=60)
    wanted = replace(outgoing(store, app, passphrase), part_bytes=4 * SMALLEST_PART)
    node.volume_archives.start_sending(app, (wanted,), generation=GENERATION)
    place = f"/var/lib/hoster/archives/{app}.{GENERATION}.send"
    node.run(f"kill -KILL -$(cat {place}/pid)")
    ask = functools.partial(node.volume_archives.sending_state, app, generation=GENERATION)
    killed = until(lambda: (s := ask()).state != "running" and s)

    done = sending(node, app, wanted)

    assert (killed.state, killed.status) == ("failed", None)
    assert done.state == "done", done.tail
    key = f"{app}/data"
    assert store.vault.finish(key, UPLOADS[key], done.sent[0].parts) == done.bytes


def test_link_that_no_longer_works_fails_the_sending_with_a_word(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    filled(node, app, "data")
    wanted = outgoing(store, app, passphrase)
    store.vault.abandon(f"{app}/data", UPLOADS[f"{app}/data"])
    store.vault.abandon(f"{app}/data", UPLOADS[f"{app}/data"])

    failed = sending(node, app, wanted)

    assert failed.state == "failed"
    assert "Sending data broke off" in failed.tail
    assert "X-Amz" not in failed.tail


def test_links_are_renewed_while_the_server_sends(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    filled(node, app, "data")
    node.run(f"head -c {8 * SMALLEST_PART} /dev/urandom >{folder(app)}/chance", timeout=60)
    whole = replace(outgoing(store, app, passphrase), part_bytes=SMALLEST_PART)
    links = store.vault.part_links(f"{app}/data", UPLOADS[f"{app}/data"], parts=12, seconds=600)
    good = replace(whole, urls=links)
    # All but the first part have links that lead nowhere, until others come.
    sent_first = replace(whole, urls=(links[0], *("http://127.0.0.1:9/",) * 11))
    place = f"/var/lib/hoster/archives/{app}.{GENERATION}.send"

    node.volume_archives.start_sending(app, (sent_first,), generation=GENERATION)
    until(lambda: node.run(f"grep -c 127.0.0.1 {place}/urls.data").stdout.strip() == "11")
    node.volume_archives.renew_links(app, (good,), generation=GENERATION)
    ask = node.volume_archives.sending_state
    done = until(lambda: (s := ask(app, generation=GENERATION)).state != "running" and s)
    node.volume_archives.renew_links(app, (good,), generation=GENERATION)

    assert done.state == "done", done.tail
    assert len(done.sent[0].parts) == 9
    assert "urls.data" not in node.run(f"ls {place}").stdout


def test_links_are_renewed_while_the_server_fetches_and_it_goes_on_where_it_was(
    node: Node, store: Store, app: str, passphrase: str
) -> None:
    sent = stored(node, store, app, passphrase)
    good = incoming(store, app, sent, passphrase)
    place = f"/var/lib/hoster/archives/{app}.{GENERATION}.fetch"
    archives = node.volume_archives

    archives.start_fetching(app, (replace(good, url="http://127.0.0.1:9/"),), generation=GENERATION)
    until(lambda: node.run(f"ls {place}/archive.data").status == 0)
    # As if the first link had brought half of it before it broke off.
    half = f"curl -s -r 0-999999 -o {place}/archive.data {shlex.quote(good.url)}"
    assert node.run(half).status == 0
    archives.renew_links(app, (good,), generation=GENERATION)
    ask = archives.fetching_state
    done = until(lambda: (s := ask(app, generation=GENERATION)).state != "running" and s)

    assert done.state == "done", done.tail
    assert done.bytes == sum(one.bytes for one in sent.parts)
    assert done.unpacked["data"] == sent.files


def test_object_that_is_not_what_was_sent_is_no_success(store: Store) -> None:
    upload = store.vault.begin("one")
    store.s3.upload_part(Bucket=BUCKET, Key="one", UploadId=upload, PartNumber=1, Body=b"other")
    told = (Part(1, 5, "0" * 32),)

    with pytest.raises(ArchiveDamaged):
        store.vault.finish("one", upload, told)
    with pytest.raises(ArchiveDamaged):
        store.vault.finish("nothing", "no such upload", told)
    assert store.vault.size("nothing") is None
    store.vault.remove("nothing")


def test_servers_reach_nothing_else_of_the_local_aws(node: Node, store: Store) -> None:
    url = store.vault.link("one", seconds=60)
    elsewhere = url.replace(f"/{BUCKET}/", "/another/")

    refused = node.run(f"curl -s -o /dev/null -w '%{{http_code}}' {shlex.quote(elsewhere)}")

    assert refused.stdout == "403"


def test_bucket_that_does_not_answer_is_told() -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    options: dict[str, Any] = {"region_name": "us-east-1", "aws_access_key_id": "test"}
    options |= {"aws_secret_access_key": "test", "config": quick}
    away = boto3.client("s3", endpoint_url="http://127.0.0.1:1", **options)

    with pytest.raises(Unavailable):
        S3Vault(away, away, BUCKET).begin("key")


def test_names_of_volumes_are_those_of_docker(app: str) -> None:
    assert names.volume_name(app, "data") in folder(app)
    assert Plan(()).volumes == ()
