"""Templates of other platforms as drafts that can be sent as they are."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply

COOLIFY = """\
# documentation: https://example.org/docs
# slogan: Keeps notes.
# category: notes
# tags: notes, sync
# port: 3000

services:
  app:
    image: example/notes:1.2
    environment:
      - SERVICE_URL_APP_3000
      - SECRET=${SERVICE_PASSWORD_64_APP}
    volumes: [data:/data]
  watch:
    image: example/watch:1
    privileged: true
    exclude_from_hc: true
"""
OWN = {
    *("name", "version", "description", "category", "tags", "compose_spec", "variables"),
    *("config_files", "readme"),
}


def send(here: Checked, owner: str, **given: object) -> Reply:
    return here.call("POST", "/templates/import", given, user=owner, kind="template_imports")


def zipped(**files: str) -> str:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return base64.b64encode(made.getvalue()).decode()


def test_draft_tells_what_it_is_what_was_dropped_and_what_is_refused(
    here: Checked, owner: str
) -> None:
    reply = send(here, owner, files={"my-notes.yaml": COOLIFY})

    assert reply.status == 200, reply.body
    assert reply.attributes["format"] == "coolify"
    assert reply.attributes["errors"] == []
    (draft,) = reply.attributes["drafts"]
    assert (draft["source"], draft["name"]) == ("my-notes.yaml", "My Notes")
    assert draft["routes"] == [{"service": "app", "port": 3000, "path": "/"}]
    assert draft["links"] == [{"label": "documentation", "url": "https://example.org/docs"}]
    assert draft["data_volumes"] == ["data"]
    assert [(one["key"], one["line"]) for one in draft["dropped"]] == [
        ("services.watch.exclude_from_hc", 17)
    ]
    assert [one["rule"] for one in draft["refused"]] == ["privileged"]
    assert draft["variables"][0]["generator"] == {"kind": "password", "length": 64}
    assert draft["provenance"]["format"] == "coolify"


def test_draft_is_taken_as_it_is_when_it_is_sent(here: Checked, owner: str) -> None:
    text = COOLIFY.replace("    privileged: true\n", "")
    (draft,) = send(here, owner, files={"notes.yaml": text}).attributes["drafts"]

    reply = here.call(
        "POST", "/templates", {key: draft[key] for key in OWN}, user=owner, kind="templates"
    )

    assert reply.status == 201, reply.body
    assert [one["name"] for one in reply.attributes["services"]] == ["app", "watch"]


def test_archive_is_opened_and_one_bad_template_stops_no_other(here: Checked, owner: str) -> None:
    archive = zipped(a__compose="no", **{"good.yaml": COOLIFY, "bad.yaml": "services: ["})

    reply = send(here, owner, archive=archive, format="coolify")

    assert [one["source"] for one in reply.attributes["drafts"]] == ["good.yaml"]
    (failed,) = reply.attributes["errors"]
    assert (failed["source"], failed["rule"]) == ("bad.yaml", "not_this_format")


@pytest.mark.parametrize(
    ("given", "pointer", "said"),
    [
        ({}, "files", "either files or an archive"),
        ({"files": {"a.yaml": "x"}, "archive": "UEs="}, "files", "either files or an archive"),
        ({"files": {"a.yaml": "just: this"}}, "files", "known format"),
        ({"files": {"a.txt": "x"}, "format": "coolify"}, "files", "no coolify template"),
        ({"files": {"../a.yaml": COOLIFY}}, "files", "below the folder"),
        ({"files": {"a.yaml": COOLIFY}, "format": "none"}, "format", "There are: auto, "),
        ({"archive": "no base64"}, "archive", "no zip archive"),
        ({"archive": base64.b64encode(b"PK").decode()}, "archive", "no zip archive"),
    ],
)
def test_what_holds_no_template_is_refused_with_its_place(
    here: Checked, owner: str, given: dict[str, object], pointer: str, said: str
) -> None:
    reply = send(here, owner, **given)

    assert reply.status == 422, reply.body
    (error,) = reply.body["errors"]
    assert error["source"] == {"pointer": f"/data/attributes/{pointer}"}
    assert said in error["detail"]


def test_archive_that_grows_beyond_bounds_is_refused(here: Checked, owner: str) -> None:
    reply = send(here, owner, archive=zipped(**{"big.yaml": "#" * 3_000_000}))

    assert reply.status == 422
    assert "too large" in reply.body["errors"][0]["detail"]


def test_more_templates_than_are_shown_at_once_are_refused(here: Checked, owner: str) -> None:
    files = {f"{number}.yaml": things.COMPOSE for number in range(101)}

    reply = send(here, owner, files=files)

    assert (reply.status, "at most 100" in reply.body["errors"][0]["detail"]) == (422, True)


def test_same_texts_have_the_same_id(here: Checked, owner: str) -> None:
    first, second = (send(here, owner, files={"a.yaml": COOLIFY}) for _ in range(2))

    assert first.body["data"]["id"] == second.body["data"]["id"]
