"""A volume of a real server sent to a customer's bucket and fetched, at addresses looked at."""

from __future__ import annotations

import io
import secrets
import tarfile
import uuid
from collections.abc import Iterator
from dataclasses import replace

import docker
import pytest

from chalicelib.adapters.vaults.customers import CustomersBucket
from chalicelib.domain.archives import SMALLEST_PART
from chalicelib.ports.nodes import Node
from chalicelib.ports.volume_archives import CopyState, Incoming, Outgoing
from infra.local import nodes
from infra.local.bucket.files import SYSTEM
from tests.contract.droplet import Droplet, until
from tests.contract.test_volumes import GENERATION, filled, folder, print_of
from tests.contract.theirs import NAME, Theirs, theirs

pytestmark = [pytest.mark.local, pytest.mark.timeout(180)]

PASSPHRASE = secrets.token_hex(32)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, server: Droplet) -> Iterator[Theirs]:
    """Somebody else's S3, which the server believes."""
    with theirs(nodes.ensure_network(), tmp_path_factory.mktemp("theirs")) as running:
        [root] = running.files.trusted.iterdir()
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            archive.add(root, root.name)
        container = docker.from_env().containers.get(f"hoster-droplet-{server.id}")
        container.put_archive(SYSTEM, buffer.getvalue())
        yield running


@pytest.fixture
def bucket(there: Theirs, monkeypatch: pytest.MonkeyPatch) -> CustomersBucket:
    monkeypatch.setenv("SSL_CERT_DIR", there.files.believed)
    return there.open()


@pytest.fixture
def app(node: Node) -> Iterator[str]:
    name = str(uuid.uuid4())
    yield name
    node.volume_archives.clear(name, ())
    node.engine.remove_everything(name)


def begun(bucket: CustomersBucket, app: str) -> tuple[str, Outgoing]:
    """An upload, and what a server is told of it."""
    upload = bucket.begin(app)
    links = bucket.part_links(app, upload, parts=4, seconds=600)
    return upload, Outgoing("data", SMALLEST_PART, links, PASSPHRASE, bucket.ways())


def ended(node: Node, app: str, what: str) -> CopyState:
    ask = getattr(node.volume_archives, f"{what}_state")
    return until(lambda: (s := ask(app, generation=GENERATION)).state != "running" and s)


def test_volume_goes_to_a_customers_bucket_and_comes_back(
    node: Node, bucket: CustomersBucket, app: str
) -> None:
    filled(node, app, "data")
    node.run(f"head -c {SMALLEST_PART + 5} /dev/urandom >{folder(app)}/chance")
    before, other = print_of(node, folder(app)), str(uuid.uuid4())
    # Nobody there knows the name: its address is what the links come with.
    assert node.run(f"getent hosts {NAME}").status != 0
    upload, wanted = begun(bucket, app)

    node.volume_archives.start_sending(app, (wanted,), generation=GENERATION)
    done = ended(node, app, "sending")
    assert done.state == "done", done.tail
    [sent] = done.sent
    assert bucket.finish(app, upload, sent.parts) == done.bytes
    assert len(sent.parts) == 2

    link = bucket.link(app, seconds=600)
    incoming = Incoming("data", sent.sha256, link, PASSPHRASE, bucket.ways())
    try:
        node.volume_archives.start_fetching(other, (incoming,), generation=GENERATION)
        fetched = ended(node, other, "fetching")
        assert fetched.state == "done", fetched.tail
        node.volume_archives.swap_in(other, ("data",), generation=GENERATION)
        assert print_of(node, folder(other)) == before
    finally:
        node.volume_archives.clear(other, ("data",))
        node.engine.remove_everything(other)
        bucket.remove(app)


def test_way_is_renewed_with_the_links(
    node: Node, there: Theirs, bucket: CustomersBucket, app: str
) -> None:
    """A bucket that has moved is found where it is by then."""
    filled(node, app, "data")
    upload, wanted = begun(bucket, app)
    away = replace(wanted, ways=(f"{NAME}:{there.port}:192.0.2.1",))
    place = f"/var/lib/hoster/archives/{app}.{GENERATION}.send"

    node.volume_archives.start_sending(app, (away,), generation=GENERATION)
    until(lambda: node.run(f"grep -c 192.0.2.1 {place}/ways.data").stdout.strip() == "1")
    until(lambda: "curl --config" in node.run("ps axww -o args").stdout)
    links = bucket.part_links(app, upload, parts=4, seconds=900)
    renewed = replace(wanted, urls=links, ways=bucket.ways())
    node.volume_archives.renew_links(app, (renewed,), generation=GENERATION)
    assert there.address in node.run(f"cat {place}/ways.data").stdout
    node.run("pkill curl")
    done = ended(node, app, "sending")

    assert done.state == "done", done.tail
    assert bucket.finish(app, upload, done.sent[0].parts) == done.bytes
    assert "ways.data" not in node.run(f"ls {place}").stdout
    bucket.remove(app)
