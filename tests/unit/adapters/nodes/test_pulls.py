"""How an image's name is split, and the Engine's progress read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.adapters.nodes import pulls
from chalicelib.adapters.nodes.detached import Progress


@pytest.mark.parametrize(
    ("image", "reference"),
    [
        ("nginx", ("nginx", "latest")),
        ("nginx:alpine", ("nginx", "alpine")),
        ("localhost:5000/team/app", ("localhost:5000/team/app", "latest")),
        ("localhost:5000/team/app:1.2", ("localhost:5000/team/app", "1.2")),
        ("app@sha256:abc", ("app", "sha256:abc")),
        ("reg:5000/app:1@sha256:abc", ("reg:5000/app", "sha256:abc")),
    ],
)
def test_image_is_split(image: str, reference: tuple[str, str]) -> None:
    assert pulls.reference(image) == reference


def test_request_is_quoted_for_the_url_and_for_printf() -> None:
    script = pulls.script("reg:5000/a:1'; reboot; '")

    assert "fromImage=reg%%3A5000%%2Fa&tag=1%%27%%3B+reboot%%3B+%%27 HTTP/1.0" in script


ERROR = '{"error": "manifest unknown"}\n'


@pytest.mark.parametrize(
    ("pull", "present", "state"),
    [
        (Progress("absent", None, ""), False, "absent"),
        (Progress("absent", None, ""), True, "present"),
        (Progress("running", None, ""), False, "pulling"),
        (Progress("ended", 0, ""), True, "present"),
        (Progress("ended", 0, ""), False, "absent"),
        (Progress("ended", 0, ERROR), False, "failed"),
        (Progress("ended", 0, ERROR), True, "present"),
        (Progress("ended", 1, ""), False, "failed"),
        (Progress("lost", None, ""), False, "failed"),
    ],
)
def test_image_is_as_far_as_its_pull_and_the_engine_say(
    pull: Progress, present: bool, state: str
) -> None:
    assert pulls.state("app:1", pull, present=present).state == state


def test_each_image_has_its_part_of_the_one_answer() -> None:
    told = pulls.told(f"absent\n\x1eended 0\n{ERROR}\x1erunning\n")

    assert told == [
        Progress("absent", None, ""),
        Progress("ended", 0, ERROR),
        Progress("running", None, ""),
    ]


def test_bytes_are_summed_over_the_layers() -> None:
    stream = pulls.read(
        _lines(
            {"status": "Pulling from x", "id": "1"},
            {"status": "Already exists", "id": "old"},
            {"status": "Downloading", "id": "a", "progressDetail": {"current": 10, "total": 100}},
            {"status": "Downloading", "id": "b", "progressDetail": {"current": 5, "total": 50}},
            {"status": "Download complete", "id": "b"},
            {"status": "Extracting", "id": "b", "progressDetail": {"current": 1, "total": 999}},
            {"status": "Downloading", "id": "a", "progressDetail": {"current": 30, "total": 100}},
        )
    )

    assert stream == pulls.Stream(80, 150, "")


@pytest.mark.parametrize(
    ("output", "error"),
    [
        ("", ""),
        ('HTTP/1.0 404 Not Found\n\n{"message":"manifest unknown"}\n', "manifest unknown"),
        (
            'HTTP/1.0 200 OK\n\n{"errorDetail":{},"error":"too many requests"}\n',
            "too many requests",
        ),
        ("Cannot connect to the Docker daemon\n", "Cannot connect to the Docker daemon"),
        ('{"status":"Pulling fs layer","id":"a"}\n{"status":"Down', ""),
    ],
    ids=["nothing yet", "refused", "in the stream", "no daemon", "cut line"],
)
def test_error_is_found(output: str, error: str) -> None:
    assert pulls.read(output).error == error


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("manifest for x:1 not found: manifest unknown", "does not exist"),
        ("pull access denied for x", "may not be pulled"),
        ("write /var: no space left on device", "no disk space"),
        ("toomanyrequests: limit", "could not be pulled: toomanyrequests"),
        ("lookup registry-1.docker.io: no such host", "could not be pulled: lookup"),
    ],
)
def test_reason_is_told_to_a_person(said: str, meant: str) -> None:
    explained = pulls.explain("x:1", said)

    assert meant in explained
    assert "x:1" in explained


def _lines(*messages: dict[str, Any]) -> str:
    return "HTTP/1.0 200 OK\n\n" + "".join(f"{json.dumps(message)}\n" for message in messages)
