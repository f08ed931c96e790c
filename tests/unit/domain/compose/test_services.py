"""One service's own keys, and services' names."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose.notes import UNKNOWN
from tests.unit.domain.compose.planning import plan, refused, service, service_refused, web


@pytest.mark.parametrize(
    "image",
    [
        "nginx",
        "nginx:alpine",
        "library/nginx:1.25.3-alpine",
        "ghcr.io/owner/name:v1",
        "registry.example.com:5000/a/b/c_d/e__f/g.h/i--j:t",
        "localhost:5000/x",
        "name@sha256:" + "0" * 64,
        "name:tag@sha256:" + "a" * 64,
        " nginx ",
    ],
)
def test_image_references_are_taken(image: str) -> None:
    planned = plan(f"services: {{web: {{image: '{image}'}}}}")

    assert planned.services[0].image == image.strip()


@pytest.mark.parametrize(
    "image",
    [
        "Nginx Alpine",
        "nginx:",
        ":alpine",
        "nginx:a b",
        "NGINX",
        "http://nginx",
        "a//b",
        "a/../b",
        "../a",
        "/a",
        "a/",
        "a/.b",
        "a___b",
        "-a",
        "host:port/name",
        "host:999999/name",
        "nginx:" + "x" * 129,
        "nginx@sha256:abc",
        "nginx@md5:" + "0" * 64,
        "nginx --privileged",
        "nginx\\nalpine",
        "a" * 513,
        "ngïnx",
    ],
)
def test_what_is_no_image_reference_is_refused(image: str) -> None:
    error = refused(f'services:\n  web:\n    image: "{image}"')

    assert (error.rule, error.line) == ("bad_image", 3)
    assert "services.web.image" in error.detail


@pytest.mark.parametrize("written", ["{}", "{image: }", "{image: ''}", "{image: $UNSET}", ""])
def test_service_without_image_is_refused(written: str) -> None:
    error = refused(f"services:\n  web: {written}")

    assert (error.rule, error.line) == ("no_image", 2)
    assert "services.web has no image" in error.detail


@pytest.mark.parametrize("key", ["command", "entrypoint"])
@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", None),
        ("''", ()),
        ("[]", ()),
        ("run it", ("run", "it")),
        ("run 'a b' \"c d\" e\\ f", ("run", "a b", "c d", "e f")),
        ("[run, 'a b', 5, true]", ("run", "a b", "5", "true")),
        ("[run, ]", ("run",)),
        ("[run, ~]", ("run", "")),
        ("sh -c 'echo $$HOME;#no comment'", ("sh", "-c", "echo $HOME;#no comment")),
    ],
)
def test_words_are_split_as_a_shell_would(
    key: str, written: str, words: tuple[str, ...] | None
) -> None:
    assert getattr(service(f"{key}: {written}"), key) == words


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("command: run 'it", "bad_command"),
        ("entrypoint: run \\", "bad_command"),
        ("command: {a: b}", "wrong_type"),
        ("command: [[run]]", "wrong_type"),
        ("restart: sometimes", "bad_restart"),
        ("restart: on-failure:x", "bad_restart"),
        ("restart: on-failure:99999", "bad_restart"),
        ("working_dir: app", "wrong_type"),
        ("working_dir: [/app]", "wrong_type"),
        ("user: [root]", "wrong_type"),
        ("init: perhaps", "wrong_type"),
        ("read_only: [true]", "wrong_type"),
    ],
)
def test_value_that_does_not_fit_is_refused(lines: str, rule: str) -> None:
    error = service_refused(lines)

    assert (error.rule, error.line) == (rule, 4)
    assert f"services.web.{lines.partition(':')[0]}" in error.detail


@pytest.mark.parametrize(
    ("written", "restart"),
    [
        ("", "unless-stopped"),
        ("'no'", "no"),
        ("no", "no"),
        ("false", "no"),
        ("none", "no"),
        ("always", "always"),
        ("Always", "always"),
        ("unless-stopped", "unless-stopped"),
        ("on-failure", "on-failure"),
        ("on-failure:3", "on-failure:3"),
    ],
)
def test_restart_policy_is_read(written: str, restart: str) -> None:
    assert service(f"restart: {written}").restart == restart


def test_the_rest_of_a_service_is_read() -> None:
    planned = service("user: 1000:1000\nworking_dir: /app\ninit: true\nread_only: 'Yes'")

    assert (planned.user, planned.working_dir) == ("1000:1000", "/app")
    assert planned.init
    assert planned.read_only


def test_a_bare_service_gets_defaults() -> None:
    planned = service("user: ''\nworking_dir: ''\ninit: no")

    assert (planned.user, planned.working_dir, planned.init, planned.read_only) == (
        *(None, None, False, False),
    )


@pytest.mark.parametrize("name", ["web", "web-1", "my_app", "a.b", "A", "1", "a" * 63])
def test_host_names_are_names_of_services(name: str) -> None:
    assert plan(f"services: {{'{name}': {{image: x}}}}").services[0].name == name


@pytest.mark.parametrize(
    "name", ["", "-web", "web-", "_web", "we b", "wéb", "a/b", "a" * 64, "$x", "a\\nb", "٣"]
)
def test_other_names_are_refused(name: str) -> None:
    error = refused(f'services:\n  "{name}": {{image: x}}')

    assert (error.rule, error.line) == ("bad_name", 2)


def test_names_that_are_one_host_name_are_refused() -> None:
    error = refused("services:\n  web: {image: x}\n  Web: {image: x}")

    assert (error.rule, error.line) == ("bad_name", 3)
    assert "web and Web" in error.detail


def test_unknown_keys_are_told_and_extension_keys_are_not() -> None:
    planned = plan(web("x-own: 1\ncontainer_name: c\nshould_run: yes"))

    assert [(note.path, note.line) for note in planned.notes] == [
        ("services.web.container_name", 5),
        ("services.web.should_run", 6),
    ]
    assert planned.notes[0].reason.endswith("the name is an alias of the service.")
    assert planned.notes[1].reason == UNKNOWN
