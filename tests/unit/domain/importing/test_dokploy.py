"""Templates of Dokploy: variables, environment in all its forms, files, domains."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain.importing.dokploy.loose_toml import loads
from chalicelib.domain.importing.dokploy.values import Ref, Unknown, Values
from chalicelib.domain.importing.imported import CannotImport, Imported, ImportedRoute
from chalicelib.domain.importing.importers import convert
from chalicelib.domain.variables import Generator
from tests.unit.domain.importing.drafts import (
    draft,
    failure,
    losses,
    service,
    text_of,
    variable,
)


def test_names_texts_and_links_come_along() -> None:
    wiki = draft("dokploy", "wiki")

    assert (wiki.name, wiki.version) == ("Team Wiki", "2.1.0")
    assert wiki.description == "Pages that a team writes together."
    assert wiki.tags == ("docs", "Knowledge Base")
    assert wiki.links == {
        "repository": "https://git.example/wiki",
        "website": "https://wiki.example",
    }
    assert wiki.routes == (ImportedRoute("web", 3000),)
    assert wiki.data_volumes == ("db-data",)
    assert wiki.dropped == ()


def test_a_generated_variable_has_the_name_that_the_compose_text_reads() -> None:
    wiki = draft("dokploy", "wiki")

    assert [one.name for one in wiki.variables] == ["POSTGRES_PASSWORD", "WIKI_TITLE"]
    assert variable(wiki, "POSTGRES_PASSWORD").generator == Generator("password", 24)
    assert variable(wiki, "WIKI_TITLE").default == "Our wiki"


def test_composed_entries_are_written_in_and_one_secret_stays_one() -> None:
    shop = draft("dokploy", "composite")

    assert service(shop, "shop")["environment"] == [
        "URL=${HOSTER_URL}",
        "KEY=base64:${app_key}",
        "DSN=mysql://app:${DB_PASSWORD}@db/app",
        "ASKED=${DB_PASSWORD:?give one}",
        "EXTRA=${NOT_IN_ENV:-fallback}",
    ]
    assert service(shop, "db")["environment"] == {"MARIADB_PASSWORD": "${DB_PASSWORD}"}
    assert variable(shop, "app_key").generator == Generator("base64_bytes", 32)


def test_numbers_and_booleans_of_a_table_are_typed() -> None:
    api = draft("dokploy", "env-table")

    told = {one.name: (one.type, one.default) for one in api.variables if one.generator is None}
    assert told == {
        "WORKERS": ("integer", "4"),
        "DEBUG": ("boolean", "false"),
        "NAME": ("string", ""),
    }
    assert variable(api, "TOKEN").generator == Generator("hex", 40)


def test_entries_without_value_ask_people() -> None:
    game = draft("dokploy", "env-objects")

    key = variable(game, "LICENSE_KEY")
    assert (key.required, key.default, key.description) == (True, None, "From the maker's shop")
    assert variable(game, "RCON_PASSWORD").required is False
    assert variable(game, "REGION").default == "eu"


def test_comments_quotes_and_missing_commas_are_read() -> None:
    gate = draft("dokploy", "missing-comma")

    assert service(gate, "gate")["environment"] == {
        "ANON": "${ANON_KEY}",
        "PATH_TO": "${VERIFY_PATH}",
        "SITE": "${HOSTER_URL}",
    }
    assert variable(gate, "VERIFY_PATH").default == "/auth/verify"
    assert gate.dropped == ()


@pytest.mark.parametrize(
    ("folder", "name"), [("env-after-domain", "LIMITER"), ("per-service", "MODE")]
)
def test_an_environment_in_the_wrong_table_counts(folder: str, name: str) -> None:
    assert variable(draft("dokploy", folder), name).default in {"true", "prod"}


def test_an_env_file_is_written_into_its_services() -> None:
    app = draft("dokploy", "env-file")

    assert service(app, "app")["environment"] == [
        "MODE=test",
        "DB_PASSWORD=${DB_PASSWORD}",
        "DB_URL=pg://u:${DB_PASSWORD}@db/x",
    ]
    assert "env_file" not in service(app, "worker")
    assert service(app, "worker")["environment"]["MODE"] == "${MODE}"


def test_files_become_configs_with_their_variables() -> None:
    found = draft("dokploy", "files")

    assert service(found, "proxy")["configs"] == [
        {"source": "nginx.conf", "target": "/etc/nginx/nginx.conf"},
        {"source": "rules-one.yml", "target": "/etc/rules/one.yml"},
        {"source": "rules-two.yml", "target": "/etc/rules/two.yml"},
    ]
    assert service(found, "proxy")["volumes"] == ["cache:/var/cache"]
    contents = {name: one["content"] for name, one in text_of(found)["configs"].items()}
    assert contents["nginx.conf"] == (
        "server_name ${HOSTER_HOST};\nset $$upstream http://app:3000;\n"
    )
    assert contents["rules-one.yml"] == "token: ${token}"
    assert "$$argon2id$$v=19" in contents["rules-two.yml"]
    assert "level: $${env:LEVEL}" in contents["rules-two.yml"]
    assert losses(found) == [("template.toml: mounts.README.md", 32)]


def test_mounts_that_only_the_settings_name_are_made() -> None:
    sync = draft("dokploy", "mounts-volume")

    assert service(sync, "sync")["volumes"] == [
        *("sync_data:/var/lib/sync", "cache:/cache", "logs:/logs")
    ]
    assert sync.dropped == ()
    assert service(sync, "sync")["configs"][0]["target"] == "/etc/sync/conf.toml"


def test_the_domain_of_the_whole_app_is_kept_and_others_are_told() -> None:
    found = draft("dokploy", "two-domains")

    assert found.routes == (ImportedRoute("web-app", 3000), ImportedRoute("api", 8090, "/v1"))
    assert text_of(found)["x-hoster"] == {"route": {"service": "web-app", "port": 3000}}
    assert losses(found) == [("template.toml: domains", 4)]


def test_a_further_host_name_is_asked_for() -> None:
    found = draft("dokploy", "two-hosts")

    assert variable(found, "dex_domain").type == "domain"
    assert service(found, "outline")["environment"] == [
        "URL=${HOSTER_URL}",
        "DEX=https://${dex_domain}/x",
        "FILES=files.${HOSTER_HOST}",
    ]


def test_tokens_are_signed_with_the_variable_that_the_app_reads() -> None:
    kong = draft("dokploy", "jwt")

    anon = variable(kong, "ANON_KEY").generator
    assert anon is not None
    assert (anon.kind, anon.secret) == ("jwt", "JWT_SECRET")
    assert json.loads(anon.claims) == {"role": "anon", "iss": "base", "exp": 1_893_456_000}
    assert variable(kong, "OTHER").generator == Generator("hex", 64)
    assert variable(kong, "STARTED").default == "1714521600000"


def test_without_domain_there_is_no_route() -> None:
    found = draft("dokploy", "no-domain")

    assert (found.routes, text_of(found)["x-hoster"]) == ((), {"route": False})


def test_what_nothing_explains_is_a_variable_and_told() -> None:
    found = draft("dokploy", "undefined")

    assert service(found, "registry")["environment"] == {
        "PREFIX": "${PREFIX}",
        "LICENSE": "${license_key}",
        "SELF": "${SELF}",
        "DIRECT": "${HOSTER_HOST}",
    }
    assert variable(found, "SELF").default == "app-reg/x"
    assert {key for key, _ in losses(found)} == {
        "template.toml: env.NOBODY_READS",
        "${license_key}",
    }


def test_the_platforms_network_is_left_also_where_a_merge_brings_it() -> None:
    found = draft("dokploy", "network")

    assert service(found, "front")["networks"] == ["inner"]
    assert service(found, "back")["networks"] == ["default"]
    assert list(text_of(found)["networks"]) == ["inner"]
    assert found.dropped == ()


def test_a_merge_conflict_is_no_template_and_told_with_its_line() -> None:
    told = failure("dokploy", "conflict")

    assert (told.line, "<<<<<<<" in told.reason) == (3, True)


def test_without_compose_text_there_is_nothing_to_import() -> None:
    (told,) = convert("dokploy", {"x/template.toml": "[variables]\n"})

    assert not isinstance(told, Imported)
    assert told.reason == "There is no docker-compose.yml beside template.toml."


HELPERS = {
    "${password}": Generator("password", 16),
    "${password:3}": Generator("password", 8),
    "${password:999}": Generator("password", 256),
    "${hash:65}": Generator("hex", 65),
    "${base64}": Generator("base64_bytes", 32),
    "${uuid}": Generator("uuid"),
    "${randomPort}": Generator("port"),
    "${timestamps}": Generator("timestamp"),
    "${timestampms}": Generator("timestamp_ms"),
    "${email}": Generator("email", 8),
    "${username}": Generator("username", 8),
}


@pytest.mark.parametrize(("text", "generator"), HELPERS.items())
def test_every_helper_has_a_generator(text: str, generator: Generator) -> None:
    values = Values(loads(""))

    (piece,) = values.expand(text, "name")

    assert piece == Ref("name")
    assert values.made["name"].generator == generator


def test_variables_are_evaluated_once_and_circles_end() -> None:
    values = Values(loads('a = "${password}"\nb = "${a}-${a}"\nc = "${d}"\nd = "x${c}"\n'))

    assert values.variable("b") == (Ref("a"), "-", Ref("a"))
    assert values.variable("c") == ("x",)
    assert [one.key for one in values.dropped] == ["template.toml: variables.c"]


def test_variables_that_grow_without_end_are_refused() -> None:
    text = "".join(f'a{n} = "${{a{n + 1}}}${{a{n + 1}}}"\n' for n in range(40))

    with pytest.raises(CannotImport, match="beyond reason"):
        Values(loads(text + 'a40 = "x"\n')).variable("a0")


@pytest.mark.parametrize(
    "text", ["${password:x}", "${jwt:nobody}", "${timestamps:soon}", "${env:X}"]
)
def test_what_is_no_helper_stays_a_text(text: str) -> None:
    (piece,) = Values(loads("")).expand(text, "name")

    assert piece == Unknown(text[2:-1])
