"""Coolify's service templates as drafts."""

from __future__ import annotations

import pytest

from chalicelib.domain.importing.coolify.magic import Magic, magic_of
from chalicelib.domain.importing.imported import ImportedRoute
from chalicelib.domain.importing.judging import judge
from chalicelib.domain.variables import Generator
from tests.unit.domain.importing.planned import draft_of, dropped, plan_of

WHOLE = """\
    # documentation: https://example.org/docs
    # slogan: "Keeps notes."
    # category: notes
    # tags: notes, sync , Notes
    # logo: svgs/notes.svg
    # port: 3000
    # amd_only: true

    services:
      app:
        image: example/notes:${TAG:-1.2}
        environment:
          - SERVICE_FQDN_APP_3000
          - DATABASE_URL=postgres://$SERVICE_USER_DB:${SERVICE_PASSWORD_DB}@db/${DB:-notes}
          - SITE=${SERVICE_URL_APP}/start
          - HOST_ONLY=$SERVICE_FQDN_APP_3000
          - MAIL=${MAIL_FROM}
          - SECRET=${API_SECRET:?}
        depends_on: {db: {condition: service_healthy}}
        volumes: [data:/data, "cache:/var/cache"]
      db:
        image: postgres:16
        environment:
          POSTGRES_USER: ${SERVICE_USER_DB}
          POSTGRES_PASSWORD: ${SERVICE_PASSWORD_DB}
        healthcheck: {test: ["CMD-SHELL", "pg_isready -U $${POSTGRES_USER}"]}
    """


def test_header_services_variables_and_route_come_along() -> None:
    draft = draft_of("coolify", WHOLE, "my-notes.yaml")

    assert (draft.name, draft.description, draft.category) == ("My Notes", "Keeps notes.", "notes")
    assert draft.tags == ("notes", "sync")
    assert draft.architectures == ("amd64",)
    assert draft.links == {"documentation": "https://example.org/docs", "logo": "svgs/notes.svg"}
    assert draft.routes == (ImportedRoute("app", 3000),)
    assert draft.data_volumes == ("data",)
    assert draft.dropped == ()
    by_name = {one.name: one for one in draft.variables}
    assert by_name["SERVICE_USER_DB"].generator == Generator("username", 16)
    assert by_name["SERVICE_PASSWORD_DB"].generator == Generator("password", 32)
    assert by_name["SERVICE_PASSWORD_DB"].type == "secret"
    assert (by_name["TAG"].default, by_name["DB"].default) == ("1.2", "notes")
    assert (by_name["API_SECRET"].required, by_name["MAIL_FROM"].required) == (True, False)
    assert not any(name.startswith("SERVICE_FQDN") for name in by_name)


def test_app_knows_its_own_address_and_commands_keep_their_dollars() -> None:
    values = {"SERVICE_USER_DB": "u", "SERVICE_PASSWORD_DB": "p"}

    plan = plan_of(draft_of("coolify", WHOLE), **values)

    services = {one.name: one for one in plan.services}
    app = dict(services["app"].environment)
    assert app["SERVICE_FQDN_APP_3000"] == app["HOST_ONLY"] == "app.example.com"
    assert app["SITE"] == "https://app.example.com/start"
    assert app["DATABASE_URL"] == "postgres://u:p@db/notes"
    assert services["db"].health_check is not None
    assert services["db"].health_check.test[-1] == "pg_isready -U ${POSTGRES_USER}"
    assert plan.route is not None
    assert (plan.route.service, plan.route.port) == ("app", 3000)


@pytest.mark.parametrize(
    ("name", "magic"),
    [
        ("SERVICE_PASSWORD_APP", Magic("PASSWORD", "APP")),
        ("SERVICE_PASSWORD_64_APP", Magic("PASSWORD_64", "APP")),
        ("SERVICE_PASSWORD_MY_OLD_APP", Magic("PASSWORD", "MY_OLD_APP")),
        ("SERVICE_PASSWORD_64", Magic("PASSWORD", "64")),
        ("SERVICE_REALBASE64_64_APP", Magic("REALBASE64_64", "APP")),
        ("SERVICE_URL_APP_3000", Magic("URL", "APP", 3000)),
        ("SERVICE_URL_MY_APP_3000", Magic("URL", "MY_APP", 3000)),
        ("SERVICE_FQDN_APP", Magic("FQDN", "APP")),
        ("SERVICE_URL_APP_99999", Magic("URL", "APP_99999")),
        ("SERVICE_ROLE_KEY", None),
        ("SERVICE_PASSWORD_", None),
        ("MY_SERVICE_URL_APP", None),
    ],
)
def test_longest_type_that_fits_is_meant(name: str, magic: Magic | None) -> None:
    assert magic_of(name) == magic


@pytest.mark.parametrize(
    ("kind", "generator"),
    [
        ("USER", Generator("username", 16)),
        ("LOWERCASEUSER", Generator("username", 16)),
        ("PASSWORD", Generator("password", 32)),
        ("PASSWORD_64", Generator("password", 64)),
        ("PASSWORDWITHSYMBOLS", Generator("symbols", 32)),
        ("PASSWORDWITHSYMBOLS_64", Generator("symbols", 64)),
        ("BASE64", Generator("password", 32)),
        ("BASE64_64", Generator("password", 64)),
        ("BASE64_128", Generator("password", 128)),
        ("REALBASE64", Generator("base64_bytes", 32)),
        ("REALBASE64_128", Generator("base64_bytes", 128)),
        ("HEX_32", Generator("hex", 32)),
        ("HEX_64", Generator("hex", 64)),
        ("HEX_128", Generator("hex", 128)),
    ],
)
def test_every_generated_kind_has_its_generator(kind: str, generator: Generator) -> None:
    text = f'services: {{a: {{image: a:1, environment: ["X=${{SERVICE_{kind}_IT}}"]}}}}'

    (variable,) = draft_of("coolify", text).variables

    assert (variable.name, variable.generator) == (f"SERVICE_{kind}_IT", generator)


def test_tokens_are_signed_with_the_secret_even_where_the_text_does_not_name_it() -> None:
    text = 'services: {a: {image: a:1, environment: ["X=${SERVICE_SUPABASEANON_KEY}"]}}'

    draft = draft_of("coolify", text)

    token, secret = draft.variables
    assert token.generator is not None
    assert (token.generator.kind, token.generator.secret) == ("jwt", secret.name)
    assert '"role": "anon"' in token.generator.claims
    assert secret.generator == Generator("password", 32)
    assert judge(draft).plan is not None


def test_reference_makes_no_route_and_a_further_one_is_told() -> None:
    text = """\
        # port: 8080
        services:
          worker:
            image: a:1
            environment: ["BASE=${SERVICE_URL_API_9000}"]
          api:
            image: a:2
            environment:
              SERVICE_URL_API_9000: /v1
              SERVICE_URL_WEB_8080: null
        """

    draft = draft_of("coolify", text)

    assert draft.routes == (ImportedRoute("api", 8080), ImportedRoute("api", 9000, "/v1"))
    assert dropped(draft) == [("services.api.environment.SERVICE_URL_API_9000", 9)]
    environment = {one.name: dict(one.environment) for one in plan_of(draft).services}["api"]
    assert environment["SERVICE_URL_API_9000"] == "https://app.example.com/v1"


@pytest.mark.parametrize(
    ("lines", "route", "told"),
    [
        ("# port: 7000\nservices: {a: {image: a, ports: ['1:1']}, b: {image: b, ports: [7000]}}",
         ImportedRoute("b", 7000), 0),
        ("services: {a: {image: 'a:1', expose: [5000], environment: [SERVICE_URL_A]}}",
         ImportedRoute("a", 5000), 0),
        ("services: {a: {image: 'a:1', environment: [SERVICE_URL_A]}}", ImportedRoute("a", 80), 1),
        ("# port: 80\nservices: {a: {image: 'a:1', environment: [SERVICE_URL_A_3000]}}",
         ImportedRoute("a", 3000), 0),
    ],
)  # fmt: skip
def test_port_is_that_of_the_name_then_the_headers_then_a_published_one(
    lines: str, route: ImportedRoute, told: int
) -> None:
    draft = draft_of("coolify", lines)

    assert draft.routes == (route,)
    assert len(draft.dropped) == told


def test_inline_file_is_a_config_in_which_magic_names_alone_are_filled_in() -> None:
    text = """\
        services:
          a:
            image: a:1
            environment: [SERVICE_URL_A_80]
            volumes:
              - type: bind
                source: ./run.sh
                target: /run.sh
                content: |
                  #!/bin/sh
                  echo $HOME ${SERVICE_URL_A} ${SERVICE_PASSWORD_A} $$
              - {type: bind, source: ./files, target: /files, is_directory: true}
        """

    draft = draft_of("coolify", text)
    plan = plan_of(draft, SERVICE_PASSWORD_A="secret")

    (file,) = plan.files
    assert file.content == "#!/bin/sh\necho $HOME https://app.example.com secret $$\n"
    assert file.mode == 0o755
    assert "files" in draft.data_volumes


def test_command_that_reads_a_magic_name_in_its_shell_finds_it() -> None:
    text = """\
        services:
          a:
            image: a:1
            command: sh -c 'echo $${SERVICE_PASSWORD_A} $$SERVICE_URL_A'
        """

    plan = plan_of(draft_of("coolify", text), SERVICE_PASSWORD_A="made")

    (service,) = plan.services
    found = {"SERVICE_PASSWORD_A": "made", "SERVICE_URL_A": "https://app.example.com"}
    assert dict(service.environment) == found


def test_key_that_stands_twice_keeps_its_last_value_and_health_that_does_not_count_is_told() -> (
    None
):
    text = """\
        services:
          a:
            image: a:1
            image: a:2
            exclude_from_hc: true
        """

    draft = draft_of("coolify", text)

    assert [one.image for one in plan_of(draft).services] == ["a:2"]
    assert draft.excluded_from_health == ("a",)
    assert dropped(draft) == [("image", 3), ("services.a.exclude_from_hc", 5)]


def test_volume_that_a_variable_names_is_the_apps_own() -> None:
    draft = draft_of("coolify", 'services: {a: {image: a:1, volumes: ["${MY_DATA}:/data"]}}')

    assert draft.data_volumes == ("my-data",)
    assert draft.variables == ()
    assert dropped(draft) == [("services.a.volumes./data", 1)]


def test_what_is_not_granted_stays_and_is_refused() -> None:
    text = 'services: {a: {image: a:1, volumes: ["/var/run/docker.sock:/s"], privileged: true}}'

    verdict = judge(draft_of("coolify", text))

    assert {one.rule.code for one in verdict.refused} == {"docker_socket", "privileged"}
