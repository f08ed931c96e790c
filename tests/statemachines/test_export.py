"""Exports of accounts: what is in them, piece by piece, and however a step ends."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit

import boto3
import pytest
import yaml

from chalicelib.adapters.contents.archives import S3Archives
from chalicelib.domain.errors import Unavailable
from chalicelib.services.exports import exporting
from tests.factories import credential, settled, template
from tests.functions import things
from tests.world import World

WHOLE = ["BackUpApps", "WriteFiles", "JoinPieces", "FinishExport", "Done"]
USER, NEVER = "user-a", "never-shown-token"
WITH_SECRETS = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    environment: {TOKEN: "${TOKEN}", HOST: "${HOSTER_HOST}"}
    volumes: ["data:/data"]
    configs: [{source: page, target: /usr/share/nginx/html/index.html}]
configs: {page: {content: "hello"}}
volumes: {data: {}}
"""


@pytest.fixture
def owned(here: World) -> World:
    """An account with an app that has a secret and a name of its own, and with an invoice."""
    with_secret = template(
        here,
        name="With a secret",
        compose_spec=WITH_SECRETS,
        variables=[{"name": "TOKEN", "type": "secret", "required": True, "label": "Token"}],
    )
    given = {"name": "My app", "template_id": with_secret, "variables": {"TOKEN": NEVER}}
    app = here.call("POST", "/deployments", given)
    assert app.status == 201, app.body
    names = [{"hostname": "shop.example.com", "type": "custom"}]
    things.put(app.id, attributes={"custom_domains": names})
    things.invoice(USER)
    credential(here)
    return here


def asked(here: World) -> str:
    made = here.call("POST", "/account_exports", {"include_secrets": True})
    assert made.status == 202, made.body
    return made.id


def fetched(here: World, export: str) -> dict[str, bytes]:
    """The files of the archive that the link leads to, by their paths."""
    reply = here.call("POST", f"/account_exports/{export}/download")
    assert reply.status == 200, reply.body
    key = unquote(urlsplit(reply.attributes["url"]).path).partition("exports/")[2]
    found = boto3.client("s3").get_object(Bucket="test-contents", Key=f"exports/{key}")
    with tarfile.open(fileobj=io.BytesIO(found["Body"].read()), mode="r:gz") as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]


def the(files: dict[str, bytes], end: str) -> str:
    [found] = [content for path, content in files.items() if path.endswith(end)]
    return found.decode()


def test_export_holds_all_of_the_account(owned: World) -> None:
    export = asked(owned)

    known = settled(owned, "account_exports", export)

    assert owned.states_of(export) == WHOLE
    assert (known["status"], known["error_code"]) == ("ready", None)
    files = fetched(owned, export)
    assert known["files"] == len(files) - 1  # the manifest is none of those that it lists
    compose = yaml.safe_load(the(files, "/compose.yaml"))
    assert compose["services"]["web"]["environment"]["TOKEN"] == "${TOKEN}"
    assert f"TOKEN={NEVER}\n" in the(files, "/.env")
    assert "shop.example.com" in the(files, "/domains.json")
    assert "shop.example.com" in the(files, "/RUNBOOK.md")
    [missing] = known["missing_volumes"]
    assert missing["volume"] in the(files, "/RUNBOOK.md")
    kinds = {path.split("/")[1].partition("-")[0] for path in files if path.startswith("records/")}
    assert kinds >= {"cloud_credentials"}
    assert "deployment" in the(files, "events/0000.jsonl")
    assert "ledger/entries.jsonl" in files
    assert {path[-4:] for path in files if path.startswith("invoices/")} == {".pdf", "json"}


def test_secrets_are_in_the_files_of_their_app_alone(owned: World) -> None:
    export = asked(owned)
    settled(owned, "account_exports", export)

    files = fetched(owned, export)

    holding = {path.rsplit("/", 1)[1] for path, text in files.items() if NEVER.encode() in text}
    assert holding == {".env", "variables.env"}
    others = b"".join(text for path, text in files.items() if not path.startswith("apps/"))
    assert b"t0ken" not in others
    assert b"PRIVATE KEY" not in others


def test_manifest_has_the_sum_of_each_file(owned: World) -> None:
    export = asked(owned)
    settled(owned, "account_exports", export)

    files = fetched(owned, export)

    listed = {one["path"]: one["sha256"] for one in json.loads(files.pop("manifest.json"))["files"]}
    assert listed == {path: hashlib.sha256(text).hexdigest() for path, text in files.items()}


@pytest.fixture
def bit_by_bit() -> Iterator[None]:
    """Have every page be a piece of its own."""
    with mock.patch.multiple(exporting, PIECE_BYTES=1, PAGE=1, EVENTS_PAGE=1):
        yield


@pytest.mark.usefixtures("bit_by_bit")
def test_account_of_any_size_is_written_in_many_turns(owned: World) -> None:
    export = asked(owned)

    known = settled(owned, "account_exports", export)

    files = fetched(owned, export)
    events = [path for path in files if path.startswith("events/")]
    assert known["status"] == "ready"
    assert len(events) > 2
    assert owned.invoked.count("WriteFiles") > len(events)


@pytest.mark.usefixtures("bit_by_bit")
@pytest.mark.parametrize("state", ["WriteFiles", "JoinPieces", "FinishExport"])
def test_step_that_dies_is_done_again_without_loss(owned: World, state: str) -> None:
    owned.kills[state] = 2
    export = asked(owned)

    known = settled(owned, "account_exports", export)

    files = fetched(owned, export)
    assert known["files"] == len(files) - 1
    assert len(set(files)) == len(files)


def test_archive_that_is_whole_is_finished_by_the_next_try(owned: World) -> None:
    """The answer to the last call of the joining is lost, and what it did is not."""
    real, lost = S3Archives.finish, [True]

    def once(self: Any, *given: Any) -> int:
        size = real(self, *given)
        if lost:
            lost.clear()
            raise Unavailable("lost")
        return size

    with mock.patch.object(S3Archives, "finish", once):
        export = asked(owned)
        known = settled(owned, "account_exports", export)

    assert known["status"] == "ready"
    assert fetched(owned, export)


def test_store_that_stays_away_fails_the_export_with_its_reason(owned: World) -> None:
    with mock.patch.object(S3Archives, "put", side_effect=Unavailable("The store is away.")):
        export = asked(owned)
        known = settled(owned, "account_exports", export)

    assert (known["status"], known["error_message"]) == ("failed", "The store is away.")
    reply = owned.call("POST", f"/account_exports/{export}/download")
    assert (reply.status, reply.codes) == (409, ["export_not_ready"])
