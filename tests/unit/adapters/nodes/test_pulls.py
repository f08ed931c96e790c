"""How an image's name is split, and the Engine's progress read."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from chalicelib.adapters.nodes import pulls
from chalicelib.adapters.nodes.detached import Progress
from chalicelib.ports.nodes import RegistryLogin


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
    script = pulls.script("reg:5000/a:1'; reboot; '", with_login=False)

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
    assert pulls.state(pull, present=present).state == state


@pytest.mark.parametrize(
    ("pull", "is_unproven", "state"),
    [
        (Progress("ended", 0, ""), True, "absent"),
        (Progress("ended", 0, ERROR), True, "absent"),
        (Progress("running", None, ""), True, "pulling"),
        (Progress("absent", None, ""), True, "absent"),
        (Progress("ended", 0, ERROR), False, "failed"),
        (Progress("lost", None, ""), False, "failed"),
        (Progress("ended", 0, ""), False, "present"),
        (Progress("absent", None, ""), False, "present"),
    ],
)
def test_image_that_somebody_else_pulled_with_a_login_counts_once_the_registry_gives_it_out(
    pull: Progress, is_unproven: bool, state: str
) -> None:
    assert pulls.state_apart(pull, present=True, is_unproven=is_unproven).state == state


def test_login_is_in_the_input_and_not_in_the_script() -> None:
    login = RegistryLogin("docker.io", "ann", "s3cret-of-ann")

    line, script = pulls.login_line(login), pulls.script("ann/app:1", with_login=True)

    told = json.loads(base64.urlsafe_b64decode(line))
    assert told == {
        "username": "ann",
        "password": "s3cret-of-ann",
        "serveraddress": "https://index.docker.io/v1/",
    }
    assert line not in script
    assert "X-Registry-Auth: %s" in script
    assert "s3cret" not in repr(login)


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


def _lines(*messages: dict[str, Any]) -> str:
    return "HTTP/1.0 200 OK\n\n" + "".join(f"{json.dumps(message)}\n" for message in messages)
