"""Apps of CasaOS: what stands under `x-casaos` becomes texts, route and notes."""

from __future__ import annotations

import pytest
import yaml

from chalicelib.domain.importing.casaos import in_english
from chalicelib.domain.importing.imported import ImportedRoute
from chalicelib.domain.variables import Generator
from tests.unit.domain.importing.drafts import draft, losses, service, variable


def test_texts_come_in_english_with_links_and_tips() -> None:
    wiki = draft("casaos", "wiki")

    assert (wiki.name, wiki.version, wiki.category) == ("Wiki", "0.21.0", "Notes")
    assert wiki.description == "Pages for teams"
    assert wiki.readme == "A wiki for teams.\n\n**Fast.**\n"
    assert wiki.links["documentation"] == "https://docs.example/wiki"
    assert wiki.notes_start.endswith("| `a`  | `b`      |\n\nKeep this in mind.")
    assert wiki.dropped == ()


@pytest.mark.parametrize(
    ("folder", "route"),
    [
        ("wiki", ImportedRoute("wiki", 3000, "/home")),
        ("bridge", ImportedRoute("downloader", 8112)),
        ("other-service", ImportedRoute("nginx", 80)),
        ("numbers", ImportedRoute("app", 8080)),
        ("legacy", ImportedRoute("old", 80)),
        ("variables", ImportedRoute("app", 9000)),
        ("plain", ImportedRoute("app", 80)),
    ],
    ids=["long", "short", "another service's", "numbers", "no map", "variable", "no main"],
)
def test_the_route_is_what_answers_behind_the_shown_port(folder: str, route: ImportedRoute) -> None:
    assert draft("casaos", folder).routes == (route,)


def test_a_shown_port_that_nothing_opens_is_told() -> None:
    vpn = draft("casaos", "vpn")

    assert (vpn.routes, losses(vpn)) == ((), [("x-casaos.port_map", 15)])


def test_app_data_becomes_volumes_and_one_folder_is_one_volume() -> None:
    chat = draft("casaos", "other-service")

    assert service(chat, "api")["volumes"] == ["data-nginx:/conf"]
    assert service(chat, "nginx")["volumes"] == ["data-nginx:/etc/nginx"]


def test_shared_folders_and_the_servers_clock_are_told() -> None:
    media, named = draft("casaos", "media"), draft("casaos", "named")

    assert service(media, "tv")["volumes"] == [
        {"type": "volume", "source": "shared-Media-TV-Shows", "target": "/data/tvshows"},
        {
            "type": "volume",
            "source": "shared-Media-Movies",
            "target": "/data/movies",
            "read_only": True,
        },
    ]
    assert losses(media) == [("volumes", 9), ("volumes", 12)]
    assert (service(named, "app")["volumes"], losses(named)) == (["data:/data"], [("volumes", 6)])


def test_a_folder_within_another_services_folder_is_told() -> None:
    (lost,) = draft("casaos", "nested").dropped

    assert lost.reason.startswith("all/logs lies within all")


def test_what_casaos_gives_to_apps_is_given() -> None:
    app = draft("casaos", "variables")

    environment = service(app, "app")["environment"]
    assert (environment["AT"], environment["OPEN"]) == ("variables", "$$HOME")
    assert variable(app, "default_pwd").generator == Generator("password", 24)
    assert service(draft("casaos", "wiki"), "wiki")["environment"]["PUID"] == "1000"
    assert variable(draft("casaos", "wiki"), "TZ").default == "Etc/UTC"


def test_nothing_of_the_extension_stays() -> None:
    assert "x-casaos" not in service(draft("casaos", "bridge"), "downloader")


@pytest.mark.parametrize(
    ("folder", "processors"), [("wiki", ()), ("numbers", ("amd64",)), ("bridge", ())]
)
def test_only_what_binds_an_app_to_processors_is_kept(
    folder: str, processors: tuple[str, ...]
) -> None:
    assert draft("casaos", folder).architectures == processors


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("just a text", "just a text"),
        ("{en_us: A, de_de: B}", "A"),
        ("{zh_cn: Z, en_GB: G}", "G"),
        ("{zh_cn: Z}", "Z"),
        ("{custom: Mine, en_us: A}", "Mine"),
        ('{custom: "", en_us: A}', "A"),
        ("[a]", ""),
    ],
)
def test_a_text_is_english_or_what_there_is(text: str, told: str) -> None:
    assert in_english(yaml.compose(text)) == told
