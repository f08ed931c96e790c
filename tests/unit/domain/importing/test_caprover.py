"""CapRover's one-click apps as drafts."""

from __future__ import annotations

import json
import textwrap

import pytest

from chalicelib.domain.importing.imported import Imported, ImportedRoute
from chalicelib.domain.importing.judging import judge
from chalicelib.domain.variables import Definition, Generator, check_value
from tests.unit.domain.importing.planned import draft_of, dropped, plan_of

WHOLE = """\
captainVersion: 4
services:
  $$cap_appname-db:
    image: $$cap_kind:$$cap_version
    volumes: ["$$cap_appname-db-data:/var/lib/mysql"]
    environment: {PASSWORD: $$cap_db_pass, EMPTY: null}
    caproverExtra: {notExposeAsWebApp: "true"}
  $$cap_appname:
    image: example/notes:1
    depends_on: [$$cap_appname-db, $$cap_appname-gone]
    environment:
      DB: srv-captain--$$cap_appname-db:3306
      SITE: http://$$cap_appname.$$cap_root_domain/x
      SOCKET: wss://$$cap_appname.$$cap_root_domain
      OTHER: https://$$cap_appname-db.$$cap_root_domain
      KEY: $$cap_gen_random_hex(50)
      PRICE: $5 $$ ${NOT_OURS}
      PASS: $$cap_db_password$$cap_db_pass
      ADDRESS: $$cap_address
    command: [serve, --all]
    caproverExtra: {containerHttpPort: "3000", websocketSupport: "true", enableHttp: x}
caproverOneClickApp:
  displayName: Notes & More
  description: Keeps notes.
  documentation: Taken from https://example.org/docs.
  instructions:
    start: Say the $$cap_db_pass.
    end: Open http://$$cap_appname.$$cap_root_domain now.
  variables:
    - {id: $$cap_db_pass, label: Password, defaultValue: $$cap_gen_random_hex(16)}
    - {id: $$cap_db_password, label: Longer, validRegex: "/.{1,}/"}
    - {id: $$cap_kind, label: Kind, defaultValue: mysql, validRegex: "/^(mysql|mariadb)$/"}
    - {id: $$cap_version, lable: Version, defaultValue: 8, validRegex: '/^([^\\s^\\/])+$/'}
    - {id: $$cap_address, label: Address, defaultValue: "a-$$cap_gen_random_hex(8)@$$cap_appname"}
"""


def app(services: str, variables: str = "[]") -> str:
    return (
        f"captainVersion: 4\nservices:\n{textwrap.indent(textwrap.dedent(services), '  ')}\n"
        f"caproverOneClickApp:\n  displayName: Notes\n  variables: {variables}\n"
    )


def variable(regex: str, default: str = "") -> tuple[Definition, Imported]:
    stated = f"[{{id: $$cap_x, label: X, defaultValue: '{default}', validRegex: '{regex}'}}]"
    services = "$$cap_appname: {image: a:1, environment: {X: $$cap_x}}"
    draft = draft_of("caprover", app(services, stated))
    return draft.variables[0], draft


def test_names_variables_addresses_and_notes_come_along() -> None:
    draft = draft_of("caprover", WHOLE)

    assert (draft.name, draft.description) == ("Notes and More", "Keeps notes.")
    assert draft.links == {"documentation": "https://example.org/docs"}
    assert draft.routes == (ImportedRoute("notes", 3000),)
    assert draft.data_volumes == ("notes-db-data",)
    assert draft.notes_start == "Say the “Password”."
    assert draft.notes_end == "Open http://<the app's host name> now."
    by_name = {one.name: one for one in draft.variables}
    assert by_name["DB_PASS"].generator == Generator("hex", 16)
    assert (by_name["DB_PASS"].type, by_name["DB_PASSWORD"].required) == ("secret", True)
    assert (by_name["KIND"].type, by_name["KIND"].options) == ("enum", ("mysql", "mariadb"))
    assert (by_name["VERSION"].label, by_name["VERSION"].default) == ("Version", "8")
    assert by_name["KEY_RANDOM"].generator == Generator("hex", 50)
    assert by_name["ADDRESS_RANDOM"].generator == Generator("hex", 8)
    assert [key for key, _ in dropped(draft)] == [
        "services.notes.caproverExtra.enableHttp",
        "notes-db.$$cap_root_domain",
        "services.notes.depends_on.notes-gone",
    ]


def test_texts_are_filled_in_as_caprover_does_and_every_other_dollar_stays() -> None:
    values = {"DB_PASS": "p", "DB_PASSWORD": "q", "KEY_RANDOM": "k", "ADDRESS_RANDOM": "r"}
    values["ADDRESS"] = ""

    plan = plan_of(draft_of("caprover", WHOLE), **values)

    services = {one.name: one for one in plan.services}
    assert dict(services["notes"].environment) == {
        "DB": "notes-db:3306",
        "SITE": "https://app.example.com/x",
        "SOCKET": "wss://app.example.com",
        "OTHER": "https://app.example.com",
        "KEY": "k",
        "PRICE": "$5 $$ ${NOT_OURS}",
        "PASS": "qp",
        "ADDRESS": "a-r@notes",
    }
    assert services["notes"].entrypoint == ("serve", "--all")
    assert services["notes"].command is None
    assert services["notes-db"].image == "mysql:8"
    assert dict(services["notes-db"].environment) == {"PASSWORD": "p", "EMPTY": ""}
    assert plan.route is not None
    assert (plan.route.service, plan.route.port) == ("notes", 3000)


@pytest.mark.parametrize(
    ("lines", "image", "entrypoint", "command"),
    [
        (["FROM redis:7", 'CMD ["--save", "60"]'], "redis:7", None, ("--save", "60")),
        (["FROM a:1", 'ENTRYPOINT ["x"]', "EXPOSE 80"], "a:1", ("x",), None),
        (["FROM a:1", "# why", "CMD a \\", "  && b"], "a:1", None, ("/bin/sh", "-c", "a && b")),
        (["FROM a:1", "ENTRYPOINT []", "CMD go $X"], "a:1", (), ("/bin/sh", "-c", "go $X")),
    ],
)
def test_lines_that_only_start_an_image_need_no_build(
    lines: list[str], image: str, entrypoint: object, command: object
) -> None:
    extra = json.dumps({"dockerfileLines": lines})
    plan = plan_of(draft_of("caprover", app(f"$$cap_appname: {{caproverExtra: {extra}}}")))

    (service,) = plan.services
    assert (service.image, service.entrypoint, service.command) == (image, entrypoint, command)


def test_lines_that_need_a_build_are_told_and_refused() -> None:
    text = app("$$cap_appname: {caproverExtra: {dockerfileLines: ['FROM a:1', 'RUN make']}}")

    draft = draft_of("caprover", text)

    assert dropped(draft) == [("services.notes.caproverExtra.dockerfileLines", 3)]
    assert [one.rule.code for one in judge(draft).refused] == ["build"]


@pytest.mark.parametrize(
    ("services", "routes"),
    [
        ("$$cap_appname: {image: a:1}", (ImportedRoute("notes", 80),)),
        (
            "$$cap_appname: {image: a:1, caproverExtra: {notExposeAsWebApp: true}, ports: [1]}",
            (),
        ),
        (
            "$$cap_appname-x: {image: a:1, caproverExtra: {containerHttpPort: 9}}\n"
            "$$cap_appname: {image: a:1}",
            (ImportedRoute("notes", 80), ImportedRoute("notes-x", 9)),
        ),
        (
            "$$cap_appname-a: {image: a:1}\n"
            "$$cap_appname-b: {image: a:1, caproverExtra: {containerHttpPort: 9}}",
            (ImportedRoute("notes-b", 9), ImportedRoute("notes-a", 80)),
        ),
    ],
)
def test_namesake_is_routed_first_then_what_names_a_port(
    services: str, routes: tuple[ImportedRoute, ...]
) -> None:
    draft = draft_of("caprover", app(services))

    assert draft.routes == routes
    assert len(draft.dropped) == max(len(routes) - 1, 0)
    route = plan_of(draft).route
    assert (route is not None) == bool(routes)


@pytest.mark.parametrize(
    ("regex", "good", "bad"),
    [
        ("/^([a-zA-Z0-9])+$/", ["aZ9"], ["", "a b", "a\n"]),
        ("/^([^\\s^\\/])+$/", ["1.2-x"], ["", "a/b", "a b"]),
        ("/.{8,}/", ["12345678"], ["1234567"]),
        ("/\\d+/", ["a1b", "7"], ["ab", ""]),
        ("/^v[0-9]{1,}|latest$/", ["v1", "v1x", "the latest"], ["1"]),
        ("/^ab$/i", ["AB"], ["abc"]),
        ("/^(?=.*\\d).{10,}$/", ["abcdefghi1"], ["abcdefghij", "a1"]),
        ("/.+/", ["x"], [""]),
        ("/.*/", ["", "x"], []),
    ],
)
def test_pattern_takes_what_theirs_takes(regex: str, good: list[str], bad: list[str]) -> None:
    definition, draft = variable(regex)

    assert draft.dropped == ()
    for text in good:
        assert check_value(definition, text) == text
    for text in bad:
        if text == "":
            assert definition.required
        else:
            with pytest.raises(ValueError, match="does not match"):
                check_value(definition, text)


@pytest.mark.parametrize(
    ("regex", "default", "kind"),
    [
        ("/^(true|false)$/", "true", "boolean"),
        ("/^(a|b)$/", "a", "enum"),
        ("/^(a|b)$/", "c", "string"),
        ("/^\\d+$/", "80", "integer"),
        ("/^(((a+)+)+)+$/", "", "string"),
        ("/[/", "", "string"),
    ],
)
def test_types_follow_from_pattern_and_default_and_what_does_not_fit_is_told(
    regex: str, default: str, kind: str
) -> None:
    definition, draft = variable(regex, default)

    assert definition.type == kind
    assert judge(draft).plan is not None
    is_lost = regex in {"/^(((a+)+)+)+$/", "/[/"} or default == "c"
    assert [key for key, _ in dropped(draft)] == ["variables.cap_x.validRegex"] * is_lost


def test_variable_in_a_key_is_fixed_everywhere_and_told() -> None:
    text = app(
        """\
        $$cap_appname-$$cap_part: {image: a:1}
        $$cap_appname: {image: a:1, environment: {PEER: srv-captain--$$cap_appname-$$cap_part}}
        """,
        "[{id: $$cap_part, label: Part, defaultValue: lists}]",
    )

    draft = draft_of("caprover", text)

    assert dropped(draft)[0] == ("variables.cap_part", 3)
    assert draft.variables == ()
    environment = {one.name: one.environment for one in plan_of(draft).services}["notes"]
    assert dict(environment) == {"PEER": "notes-lists"}


def test_variable_that_the_app_does_not_define_becomes_one() -> None:
    draft = draft_of("caprover", app("$$cap_appname: {image: a:1, environment: {A: $$cap_none}}"))

    assert [one.name for one in draft.variables] == ["NONE"]
    assert dropped(draft) == [("variables.$$cap_none", 3)]
