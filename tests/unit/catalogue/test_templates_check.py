"""`make templates-check`: what is printed of a folder of compose texts."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.compose import RULES
from chalicelib.domain.compose.rules import Refused
from infra.catalogue.__main__ import main
from infra.catalogue.formats import FORMATS

KEYS = {
    *("file", "format", "parsed", "planned", "refused", "error", "ignored", "dropped"),
    *("services", "variables", "routes"),
}
APP = """\
    # port: 3000
    version: "3.8"
    services:
      app:
        image: example/app:${TAG:-1}
        ports: ["${APP_PORT}:3000"]
        platform: linux/amd64
        exclude_from_hc: true
        environment:
          - DB_PASSWORD=${DB_PASSWORD:?set one}
          - MODE=${MODE:-fast}
          - LATER
        volumes:
          - type: bind
            source: ./app.conf
            target: /etc/app.conf
            is_directory: false
            content: "x=1"
          - data:/data
        depends_on: [db]
      db: {image: "postgres:16", mem_limit: "${MEMORY}"}
    """
BAD = """\
    services:
      app:
        image: example/app
        privileged: true
        volumes: ["/var/run/docker.sock:/s", "/etc:/etc"]
    """


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JSON", "1")
    return tmp_path


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text))


def run(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str = "compose"
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Check a folder; give the reports by file, and the summary."""
    assert main([str(folder), name]) == 0
    *reports, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one["file"] for one in reports] == sorted(one["file"] for one in reports)
    assert all(one.keys() == KEYS for one in reports)
    return {one["file"]: one for one in reports}, last["summary"]


def test_planned_file_is_told_whole(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, app=APP)

    reports, summary = run(folder, capsys)

    told = reports["app.yaml"]
    assert (told["format"], told["parsed"], told["planned"]) == ("compose", True, True)
    assert (told["refused"], told["error"], told["dropped"]) == ([], None, [])
    assert told["services"] == [
        {"name": "db", "image": "postgres:16"},
        {"name": "app", "image": "example/app:1"},
    ]
    assert told["routes"] == [{"service": "app", "port": 3000, "path": "/"}]
    assert set(told["ignored"]) == {
        "version",
        "services.app.platform",
        "services.app.exclude_from_hc",
        "services.app.volumes.0",
        "services.app.volumes.0.content",
        "services.app.volumes.0.is_directory",
    }
    assert summary.pop("seconds") > 0
    assert summary == {
        "files": 1,
        "parsed": 1,
        "planned": 1,
        "refused": 0,
        "converted": 1,
        "errors": 0,
    }


def test_variables_are_told_with_what_the_text_says_of_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, app=APP)

    told = run(folder, capsys)[0]["app.yaml"]["variables"]

    def variable(name: str, kind: str, default: str | None, *, required: bool = False) -> Any:
        return {
            "name": name,
            "type": kind,
            "required": required,
            "default": default,
            "generator": None,
        }

    assert sorted(told, key=lambda one: str(one["name"])) == [
        variable("APP_PORT", "integer", None),
        variable("DB_PASSWORD", "secret", None, required=True),
        variable("LATER", "string", None),
        variable("MEMORY", "string", None),
        variable("MODE", "string", "fast"),
        variable("TAG", "integer", "1"),
    ]


def test_every_refusal_is_told_with_rule_line_and_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, bad=BAD)

    reports, summary = run(folder, capsys)

    told = reports["bad.yaml"]
    assert (told["parsed"], told["planned"], told["error"]) == (True, False, None)
    assert [(one["rule"], one["line"]) for one in told["refused"]] == [
        *(("privileged", 4), ("docker_socket", 5), ("host_path", 5)),
    ]
    assert all(len(one["reason"]) > 30 for one in told["refused"])
    assert told["services"] == [{"name": "app", "image": "example/app"}]
    assert (summary["parsed"], summary["planned"], summary["refused"]) == (1, 0, 1)


def test_what_cannot_be_read_is_an_error_and_not_a_failure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, a="a: [", b="name: nothing here", c=APP, d=f"# {'x' * 140_000}\n")
    (folder / "e.yml").write_bytes(b"services: \xff\xfe")
    (folder / "f.yml").symlink_to(folder / "nowhere")
    (folder / "readme.md").write_text("services: {}")

    reports, summary = run(folder, capsys)

    errors = {name: (one["error"] or "").partition(":")[0] for name, one in reports.items()}
    assert errors == {
        "a.yaml": "invalid_yaml",
        "b.yaml": "no_services",
        "c.yaml": "",
        "d.yaml": "too_large",
        "e.yml": "not_text",
        "f.yml": "not_text",
    }
    assert (summary["files"], summary["parsed"], summary["errors"]) == (6, 1, 5)
    assert summary["parsed"] == summary["planned"] + summary["refused"]


def test_folders_of_apps_are_searched_for_their_compose_texts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (
        *("one/docker-compose.yml", "one/app.yml", "one/data/more.yaml", ".git/x.yaml"),
        *("two/compose.yaml", "two/compose.override.yaml", "three/four/app.yml"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("services: {a: {image: x}}")

    reports, _ = run(folder, capsys)

    assert [*reports] == ["one/docker-compose.yml", "three/four/app.yml", "two/compose.yaml"]


PLACES = """\
    services:
      app:
        image: "${IMAGE}"
        restart: ${RESTART}
        user: ${UID}:${GID}
        cpus: ${CPUS}
        privileged: ${PRIVILEGED}
        network_mode: ${NETWORK}
        working_dir: ${DIR}
        stop_grace_period: ${GRACE}
        dns: ["${DNS}"]
        extra_hosts: ["db:${DB_ADDRESS}"]
        expose: ["${EXPOSED}"]
        ports:
          - ${A}:${B}/tcp
          - {target: "${C}", published: "${D}"}
        volumes:
          - ${SOURCE}:${TARGET}
          - ${WHOLE}
          - {type: "${KIND}", source: x, target: "${INNER}"}
        healthcheck: {test: x, interval: "${EVERY}", retries: "${TIMES}"}
        deploy: {resources: {limits: {cpus: "${LIMIT}", memory: "${MEMORY}"}}}
        ulimits: {nofile: {soft: "${SOFT}", hard: "${HARD}"}, core: "${CORE}"}
        configs: [c]
      two: {image: x, depends_on: {app: {condition: "${CONDITION}"}}}
    configs: {c: {environment: CONFIG}}
    """


def test_placeholders_fit_the_places_where_variables_stand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, places=PLACES)

    told = run(folder, capsys)[0]["places.yaml"]

    assert told["error"] is None
    assert told["planned"]
    assert len(told["variables"]) == 30


def test_rules_of_refusals_are_the_closed_list() -> None:
    assert {rule.code for rule in Refused} <= set(RULES)


@pytest.mark.parametrize(("name", "said"), [("none", "none"), ("", "without a name")])
def test_unknown_format_says_which_exist(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    assert main([str(folder), name]) == 2

    told = capsys.readouterr()
    failure = json.loads(told.out)["failure"]
    assert failure == f"There is no format {said}. There are: {', '.join(FORMATS)}."
    assert "make templates-check DIR=" in told.err


@pytest.mark.parametrize("arguments", [["/nowhere", "compose"], ["", "compose"]])
def test_folder_that_is_none_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 2
    assert "DIR must be a folder" in capsys.readouterr().err


def test_people_see_marks_reasons_and_the_count(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JSON")
    write(folder, app=APP, bad=BAD, no="a: [")

    assert main([str(folder), "compose"]) == 0

    told = capsys.readouterr().out
    assert "✓ app.yaml: 2 services" in told
    assert "ignored: services.app.platform (line 7): The image for the server's own" in told
    assert "- bad.yaml: refused\n    privileged, line 4: " in told
    assert "✗ no.yaml: invalid_yaml: line 2: " in told
    assert "3 files: 2 parsed (1 planned, 1 refused), 1 errors" in told
