"""Apps of Runtipi: form fields become typed variables, services compose, in both its forms."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.importing.imported import Dropped, ImportedRoute
from chalicelib.domain.importing.runtipi.fields import fields
from chalicelib.domain.patterns import fits
from chalicelib.domain.variables import Definition, Generator, check_value
from tests.unit.domain.importing.drafts import draft, failure, losses, service, text_of, variable


def test_an_app_comes_with_its_texts_and_links() -> None:
    guard = draft("runtipi", "guard")

    assert (guard.name, guard.version) == ("Guard", "8.0.1")
    assert (guard.category, guard.tags) == ("security", ("security", "utilities"))
    assert guard.readme == "# Guard\n\nCodes for everybody.\n"
    assert guard.links == {
        "repository": "https://git.example/guard",
        "website": "https://guard.example",
    }
    assert guard.data_volumes == ("data", "data-db")


def test_services_become_compose() -> None:
    guard = draft("runtipi", "guard")

    assert service(guard, "guard")["depends_on"] == {"guard-db": {"condition": "service_healthy"}}
    environment = service(guard, "guard")["environment"]
    assert (environment["URL"], environment["LIMIT"], environment["PRICE"]) == (
        "${HOSTER_URL}",
        "5",
        "$$5",
    )
    assert service(guard, "guard-db")["healthcheck"] == {
        "test": "pg_isready -U postgres",
        "interval": "30s",
        "timeout": "5s",
        "retries": 5,
        "start_period": "20s",
        "start_interval": "2s",
    }


def test_every_key_of_a_service_has_its_equal_or_is_told() -> None:
    found = draft("runtipi", "everything")

    made = service(found, "everything")
    assert (made["working_dir"], made["shm_size"], made["stdin_open"]) == ("/srv", "64m", True)
    assert (made["cap_add"], made["stop_grace_period"]) == (["NET_RAW"], "30s")
    assert made["labels"] == {"a.b": "c"}
    assert {key for key, _ in losses(found)} >= {
        "everything.somethingNew",
        "everything.addToMainNetwork",
        "${VAPID_PUBLIC_KEY}",
    }


def test_ports_are_published_by_the_protocols_that_are_said() -> None:
    assert service(draft("runtipi", "names"), "names")["ports"] == [
        *("53:53/tcp", "53:53/udp", "853:853", "784:784/udp")
    ]


@pytest.mark.parametrize(
    ("folder", "route"),
    [
        ("guard", ImportedRoute("guard", 8000)),
        ("everything", ImportedRoute("everything", 8080, "/admin")),
        ("single", ImportedRoute("single", 8080)),
        ("classic", ImportedRoute("classic", 8080)),
        ("yaml", ImportedRoute("yaml", 9090)),
    ],
    ids=["main", "text", "alone", "by APP_PORT", "compose"],
)
def test_the_main_service_has_the_route(folder: str, route: ImportedRoute) -> None:
    assert draft("runtipi", folder).routes == (route,)


def test_a_compose_text_loses_what_only_the_platform_reads() -> None:
    classic, found = draft("runtipi", "classic"), draft("runtipi", "yaml")

    assert service(classic, "classic") == {
        "container_name": "classic",
        "image": "example/classic:3.1",
        "environment": {"PASSWORD": "${CLASSIC_PASSWORD}", "URL": "${HOSTER_URL}"},
        "volumes": ["data:/data"],
    }
    assert "networks" not in text_of(classic)
    assert service(found, "yaml")["environment"][1:] == [
        "ORIGINS=${HOSTER_URL},${HOSTER_URL}",
        "HOSTS=${HOSTER_HOST}",
    ]
    assert found.architectures == ("arm64",)


def test_files_that_come_with_an_app_are_configs() -> None:
    found = draft("runtipi", "files")

    assert text_of(found)["configs"] == {"data-app.conf": {"content": "listen = $$port\n"}}
    assert len(found.dropped) == 1


def test_the_platforms_own_database_login_is_generated() -> None:
    app = draft("runtipi", "root")

    assert variable(app, "POSTGRES_PASSWORD").generator == Generator("password", 32)
    assert variable(app, "POSTGRES_USERNAME").default == "tipi"


def test_the_servers_own_folder_stays_for_the_policy() -> None:
    sources = [one["source"] for one in service(draft("runtipi", "root"), "root")["volumes"]]

    assert sources == ["data-config", "media-data-books", "/opt/runtipi", "/var/run/docker.sock"]


def test_json_that_ends_too_early_is_told_with_its_line() -> None:
    assert failure("runtipi", "torn").line == 2


FIELDS: list[tuple[dict[str, Any], Definition]] = [
    ({"type": "random", "min": 32}, Definition("A", "secret", generator=Generator("hex", 32))),
    ({"type": "random"}, Definition("A", "secret", generator=Generator("hex", 32))),
    (
        {"type": "random", "min": 48, "encoding": "base64", "required": True},
        Definition("A", "secret", generator=Generator("base64_bytes", 48)),
    ),
    ({"type": "number", "default": 3}, Definition("A", "integer", default="3")),
    (
        {"type": "number", "min": 1, "max": 9},
        Definition("A", "integer", description="At least 1\nAt most 9"),
    ),
    ({"type": "boolean", "default": True}, Definition("A", "boolean", default="true")),
    ({"type": "fqdn"}, Definition("A", "domain")),
    (
        {
            "type": "text",
            "options": [{"label": "Fast", "value": "f"}, {"label": "s", "value": "s"}],
            "default": "s",
        },
        Definition("A", "enum", description="f: Fast", options=("f", "s"), default="s"),
    ),
    (
        {"type": "text", "hint": "Yours", "placeholder": "x"},
        Definition("A", description="Yours\nFor example: x"),
    ),
    ({"type": "text", "min": 1, "max": 1024}, Definition("A")),
    ({"type": "text", "min": 1}, Definition("A")),
    ({"type": "text", "max": 5}, Definition("A", validation=r"[\s\S]{0,5}")),
]


@pytest.mark.parametrize(("field", "made"), FIELDS)
def test_a_field_becomes_a_typed_variable(field: dict[str, Any], made: Definition) -> None:
    dropped: list[Dropped] = []

    assert list(fields([{"env_variable": "A", **field}], dropped)) == [made]
    assert dropped == []


def test_a_loss_of_the_settings_has_its_line() -> None:
    found = dict(losses(draft("runtipi", "everything")))

    assert found["config.json: form_fields.R.min"] == 5
    assert found["config.json: form_fields.S.type"] == 9


def test_lengths_and_pattern_hold_together() -> None:
    name = variable(draft("runtipi", "guard"), "GUARD_NAME")

    assert name.validation is not None
    assert [fits(text, name.validation) for text in ("ab", "a", "ABC", "a" * 21)] == [
        *(True, False, False, False)
    ]


def test_a_short_password_does_not_fit() -> None:
    password = variable(draft("runtipi", "guard"), "GUARD_PASSWORD")

    assert check_value(password, "long enough") == "long enough"
    with pytest.raises(ValueError, match="does not match"):
        check_value(password, "short")


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ({"type": "random", "min": 300}, "config.json: form_fields.A.min"),
        ({"type": "password", "min": 9, "max": 999}, "config.json: form_fields.A.min"),
        ({"type": "text", "regex": "(a+)+$"}, "config.json: form_fields.A.regex"),
        ({"type": "number", "default": "many"}, "config.json: form_fields.A.default"),
        ({"type": "strange"}, "config.json: form_fields.A.type"),
    ],
)
def test_what_a_field_cannot_keep_is_told(field: dict[str, Any], key: str) -> None:
    dropped: list[Dropped] = []

    assert len(list(fields([{"env_variable": "A", **field}], dropped))) == 1
    assert [one.key for one in dropped] == [key]


@pytest.mark.parametrize("field", [{"type": "text"}, {"env_variable": "no name"}, "text"])
def test_a_field_without_variable_is_told(field: object) -> None:
    dropped: list[Dropped] = []

    assert list(fields([field], dropped)) == []
    assert len(dropped) == 1
