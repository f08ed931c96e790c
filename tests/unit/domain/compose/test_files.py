"""Config files, configs and secrets: what is delivered, and where it is mounted."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose import ConfigFile
from chalicelib.domain.plan import ManagedFile, Mount
from tests.unit.domain.compose.planning import plan, refused, service, service_refused, web

PAGE = ConfigFile("page", "./www/index.html", "hello", 0o600)
STYLE = ConfigFile("style", "www/css/style.css", "body {}")
SITE = ConfigFile("site", "/etc/site.conf", "site")


def mounted(lines: str, *files: ConfigFile, head: str = "", **variables: str) -> dict[str, str]:
    """Give the mounted files' contents by path."""
    planned = plan(head + web(lines), *files, **variables)
    contents = {file.key: file.content for file in planned.files}
    return {
        mount.target: contents[mount.source]
        for mount in planned.services[0].mounts
        if mount.kind == "file"
    }


def test_file_with_an_absolute_path_is_mounted_read_only_into_every_service() -> None:
    planned = plan("services: {a: {image: x}, b: {image: x}}", SITE)

    assert planned.files == (ManagedFile("file-site", "site", 0o644),)
    for one in planned.services:
        assert one.mounts == (Mount("file", "file-site", "/etc/site.conf", read_only=True),)


def test_own_mount_of_a_service_stays_where_a_file_would_go() -> None:
    planned = plan("volumes: {v: }\n" + web("volumes: ['v:/etc/site.conf']"), SITE)

    assert planned.services[0].mounts == (Mount("volume", "v", "/etc/site.conf"),)
    assert planned.files == ()
    assert planned.ignored == ("config_files.site",)


@pytest.mark.parametrize(
    ("bind", "found"),
    [
        ("./www/index.html:/i", {"/i": "hello"}),
        ("www/../www/index.html:/i:ro", {"/i": "hello"}),
        ("./www:/w", {"/w/index.html": "hello", "/w/css/style.css": "body {}"}),
        ("./www/:/w/", {"/w/index.html": "hello", "/w/css/style.css": "body {}"}),
        ("./www/css:/w", {"/w/style.css": "body {}"}),
        (".:/w", {"/w/www/index.html": "hello", "/w/www/css/style.css": "body {}"}),
    ],
)
def test_relative_bind_mounts_the_file_or_the_folders_files(
    bind: str, found: dict[str, str]
) -> None:
    assert mounted(f"volumes: ['{bind}']", PAGE, STYLE) == found


def test_long_form_binds_too_and_keeps_the_mode() -> None:
    planned = plan(web("volumes: [{type: bind, source: ./www/index.html, target: /i}]"), PAGE)

    assert planned.files == (ManagedFile("file-page", "hello", 0o600),)


def test_relative_bind_onto_the_path_of_an_absolute_file_means_that_file() -> None:
    assert mounted("volumes: ['./anything:/etc/site.conf']", SITE) == {"/etc/site.conf": "site"}


def test_files_above_the_bound_folder_stay_out_of_it() -> None:
    above = ConfigFile("above", "../../proc/x", "no")
    beside = ConfigFile("beside", "../y", "yes")

    assert mounted("volumes: ['..:/w']", above, beside) == {"/w/y": "yes"}
    assert [mount.kind for mount in service("volumes: ['.:/w']", above).mounts] == ["volume"]


@pytest.mark.parametrize("path", ["/proc/1", "/sys/x", "/", "//proc/x", "/a/../proc"])
def test_config_file_onto_a_path_of_the_system_is_refused(path: str) -> None:
    error = service_refused("", ConfigFile("bad", path, "x"))

    assert error.rule == "bad_file"
    assert "The config file bad " in error.detail


def test_files_that_nobody_mounts_are_not_delivered_and_told() -> None:
    planned = plan(web(""), PAGE)

    assert planned.files == ()
    assert planned.ignored == ("config_files.page",)


def test_of_two_files_with_one_path_the_last_is_taken_and_the_other_told() -> None:
    first = ConfigFile("first", "/etc/a", "1")
    last = ConfigFile("last", "/etc//a", "2")

    planned = plan(web(""), first, last)

    assert [file.content for file in planned.files] == ["2"]
    assert planned.ignored == ("config_files.first",)


def test_two_files_of_one_name_are_told_apart() -> None:
    one, other = ConfigFile("a b", "/1", "1"), ConfigFile("a_b", "/2", "2")

    planned = plan(web(""), one, other)

    assert planned.files == (
        ManagedFile("file-a_b", "1", 0o644),
        ManagedFile("file-a_b-2", "2", 0o644),
    )
    assert plan(
        web("volumes: ['./p:/x']"), ConfigFile("n", "p", "1"), ConfigFile("n", "q", "2")
    ).ignored == ("config_files.n",)


HEAD = """\
configs:
  app: {content: "name: ${NAME}"}
  var: {environment: NAME}
  file: {file: ./www/index.html}
secrets:
  key: {environment: NAME}
"""


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("configs: [app]", {"/app": "name: blue"}),
        ("configs: app", {"/app": "name: blue"}),
        ("configs: [{source: app, target: /etc/app.yml}]", {"/etc/app.yml": "name: blue"}),
        ("configs: [{source: app, target: etc/app.yml}]", {"/etc/app.yml": "name: blue"}),
        ("configs: [var]", {"/var": "blue"}),
        ("configs: [file]", {"/file": "hello"}),
        ("secrets: [key]", {"/run/secrets/key": "blue"}),
        ("secrets: [{source: key, target: other}]", {"/run/secrets/other": "blue"}),
        ("secrets: [{source: key, target: /etc/key}]", {"/etc/key": "blue"}),
    ],
)
def test_configs_and_secrets_are_mounted(lines: str, found: dict[str, str]) -> None:
    assert mounted(lines, PAGE, head=HEAD, NAME="blue") == found


@pytest.mark.parametrize(
    ("mode", "bits"), [("0440", 0o440), ("440", 0o440), ("0o640", 0o640), ("'0400'", 0o400)]
)
def test_mode_is_octal(mode: str, bits: int) -> None:
    planned = plan(HEAD + web(f"configs: [{{source: app, mode: {mode}}}]"), PAGE, NAME="x")

    assert planned.files[0].mode == bits


def test_mode_without_word_is_readable_by_all() -> None:
    assert plan(HEAD + web("configs: [{source: app, mode: }]"), PAGE, NAME="x").files[0].mode == (
        0o444
    )


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("configs: [nobody]", "bad_file"),
        ("secrets: [app]", "bad_file"),
        ("configs: [{target: /x}]", "bad_file"),
        ("configs: [{source: app, mode: 9999}]", "bad_file"),
        ("configs: [{source: app, mode: '04755'}]", "bad_file"),
        ("configs: [{source: app, mode: u+x}]", "bad_file"),
        ("configs: [{source: app, target: /proc/x}]", "bad_file"),
        ("configs: [{source: app, target: ../../sys/x}]", "bad_file"),
        ("configs: [{source: app, target: /}]", "bad_file"),
        ("secrets: [{source: key, target: ../../proc/x}]", "bad_file"),
        ("configs: [[app]]", "wrong_type"),
        ("configs: [{source: [app]}]", "wrong_type"),
        ("configs: [app, app]", "bad_volume"),
        ("configs: {app: x}", "wrong_type"),
    ],
)
def test_use_that_cannot_be_is_refused(lines: str, rule: str) -> None:
    error = refused(HEAD + web(lines), PAGE, NAME="x")

    assert error.rule == rule
    assert error.line == 10
    assert "services.web" in error.detail


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("{}", "bad_file"),
        ("", "bad_file"),
        ("{content: }", "bad_file"),
        ("{content: [x]}", "wrong_type"),
        ("{environment: MISSING}", "missing_variable"),
        ("{file: ./nowhere}", "host_path"),
        ("{file: /etc/shadow}", "host_path"),
        ("{file: ./www}", "host_path"),
        ("{file: ../../../etc/shadow}", "host_path"),
        ("x", "wrong_type"),
    ],
)
def test_declaration_that_cannot_be_is_refused(written: str, rule: str) -> None:
    error = refused(f"configs:\n  app: {written}\n" + web(""), PAGE, STYLE)

    assert (error.rule, error.line) == (rule, 2)
    assert "configs.app" in error.detail


def test_config_of_a_file_counts_as_its_use() -> None:
    planned = plan(HEAD + web("configs: [file]"), PAGE, NAME="x")

    assert planned.ignored == ()


def test_settings_without_effect_are_told() -> None:
    planned = plan(
        "configs: {a: {content: x, template_driver: golang}}\n"
        + web("configs: [{source: a, uid: '5'}]")
    )

    assert planned.ignored == ("configs.a.template_driver", "services.web.configs.0.uid")


def test_name_of_the_variable_and_of_the_config_are_told_and_values_are_not() -> None:
    missing = refused("configs: {a: {environment: $X}}\n" + web(""), X="hunter22")
    unknown = service_refused("configs: ['$X']", X="hunter22")

    assert "hunter22" not in missing.detail + unknown.detail
    assert "“$X”" in unknown.detail
