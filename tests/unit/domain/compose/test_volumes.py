"""Mounts: volumes, tmpfs and binds of config files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose import ConfigFile
from chalicelib.domain.compose.files import Shelf
from chalicelib.domain.compose.notes import Notes
from chalicelib.domain.compose.section import Section
from chalicelib.domain.compose.targets import target_of
from chalicelib.domain.compose.tree import load
from chalicelib.domain.compose.volumes import MountReader
from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.plan import Mount, Plan
from tests.unit.domain.compose.planning import plan, refused, service, web

DECLARED = "volumes: {data: {}, cache: {}, v: {}}\n"


def mounts(lines: str, *files: ConfigFile, lenient: bool = False) -> tuple[Mount, ...]:
    planned = plan(DECLARED + web(lines), *files, lenient=lenient)
    return planned.services[0].mounts


@pytest.mark.parametrize(
    ("written", "mount"),
    [
        ("'data:/data'", Mount("volume", "data", "/data")),
        ("'data:/data:ro'", Mount("volume", "data", "/data", read_only=True)),
        ("'data:/data:rw'", Mount("volume", "data", "/data")),
        ("'data:/data:ro,z'", Mount("volume", "data", "/data", read_only=True)),
        ("'data:/data/../other/'", Mount("volume", "data", "/other")),
        ("'data://data'", Mount("volume", "data", "/data")),
        ("'v:/data:ro'", Mount("volume", "v", "/data", read_only=True)),
        ("/data", Mount("volume", "web.anonymous_data", "/data")),
        ("{source: data, target: /data}", Mount("volume", "data", "/data")),
        (
            "{type: volume, source: data, target: /data, read_only: true}",
            Mount("volume", "data", "/data", read_only=True),
        ),
        ("{type: volume, target: /a/b}", Mount("volume", "web.anonymous_a_b", "/a/b")),
        ("{type: tmpfs, target: /run}", Mount("tmpfs", "", "/run")),
    ],
)
def test_mount_is_read(written: str, mount: Mount) -> None:
    assert mounts(f"volumes: [{written}]") == (mount,)


RUN = Mount("tmpfs", "", "/run")


@pytest.mark.parametrize(
    ("lines", "mount"),
    [
        ("tmpfs: /run", RUN),
        ("tmpfs: [/run]", RUN),
        ("tmpfs: ['/run:rw,nosuid,nodev']", RUN),
        ("tmpfs: ['/run:size=64m,mode=1777']", replace(RUN, size_mb=64, mode=0o1777)),
        ("tmpfs: ['/run:size=67108864,ro']", replace(RUN, size_mb=64, read_only=True)),
        ("tmpfs: ['/run:size=50%']", RUN),
        ("volumes: [{type: tmpfs, target: /run}]", RUN),
        (
            "volumes: [{type: tmpfs, target: /run, tmpfs: {size: 1gb, mode: 0o755}}]",
            replace(RUN, size_mb=1024, mode=0o755),
        ),
        (
            "volumes: [{type: tmpfs, target: /run, read_only: true, tmpfs: {size: 0}}]",
            replace(RUN, read_only=True),
        ),
    ],
)
def test_tmpfs_is_read(lines: str, mount: Mount) -> None:
    assert mounts(lines) == (mount,)


@pytest.mark.parametrize(
    "lines",
    [
        "tmpfs: ['/run:size=lots']",
        "tmpfs: ['/run:mode=rwx']",
        "tmpfs: ['/run:size=65537m']",
        "volumes: [{type: tmpfs, target: /run, tmpfs: {size: lots}}]",
        "volumes: [{type: tmpfs, target: /run, tmpfs: {mode: 9}}]",
    ],
)
def test_size_and_mode_of_a_tmpfs_are_checked(lines: str) -> None:
    error = refused(web(lines))

    assert (error.rule, error.line) == ("bad_volume", 4)


@pytest.mark.parametrize(
    "lines",
    [
        "volumes: ['data:/x:nocopy']",
        "volumes: [{type: volume, source: data, target: /x, volume: {nocopy: true}}]",
    ],
)
def test_volume_that_takes_nothing_from_the_image(lines: str) -> None:
    assert mounts(lines) == (Mount("volume", "data", "/x", no_copy=True),)


@pytest.mark.parametrize(
    ("written", "volume"),
    [
        ("'./data:/data'", "folder.data"),
        ("'./data/:/data'", "folder.data"),
        ("'data/db/:/data'", "folder.data.db"),
        ("'./a/../data:/data'", "folder.data"),
        ("'${PWD}/data:/data'", "folder.data"),
        ("{type: bind, source: ./data, target: /data}", "folder.data"),
        ("{type: bind, source: data, target: /data}", "folder.data"),
        ("{type: volume, source: ./data, target: /data}", "folder.data"),
        ("{type: bind, source: '', target: /data}", "web.anonymous_data"),
    ],
)
def test_folder_beside_the_text_becomes_a_volume(written: str, volume: str) -> None:
    planned = plan(web(f"volumes: [{written}]"))

    assert planned.services[0].mounts == (Mount("volume", volume, "/data"),)
    assert planned.volumes == (volume,)


@pytest.mark.parametrize(
    "source", [".", "..", "../x", "./a b", "./data.d", "./é", "./" + "x" * 200]
)
def test_folders_with_other_names_have_volumes_of_their_own(source: str) -> None:
    (mount,) = plan(web(f"volumes: ['{source}:/data']")).services[0].mounts

    assert mount.source.startswith("folder.")
    assert len(mount.source) == len("folder.") + 16


def test_services_share_the_folder_that_both_mount() -> None:
    planned = plan(
        "services: {a: {image: x, volumes: ['./d:/a']}, b: {image: x, volumes: ['./d/:/b:ro']}}"
    )

    assert [service.mounts[0] for service in planned.services] == [
        Mount("volume", "folder.d", "/a"),
        Mount("volume", "folder.d", "/b", read_only=True),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "./nginx.conf:/etc/nginx/nginx.conf",
        "./config:/etc/redis/redis.conf",
        "./Caddyfile:/etc/caddy/x",
        "../files/app.toml:/app/app.toml:ro",
        "./.env:/app/.env",
        "./initdb.sql:/docker-entrypoint-initdb.d/1.sql",
    ],
)
def test_file_that_the_template_lacks_is_refused_and_an_empty_one_when_lenient(
    written: str,
) -> None:
    error = refused(web(f"volumes: ['{written}']"))
    planned = plan(web(f"volumes: ['{written}']"), lenient=True)

    assert (error.rule, error.line) == ("host_path", 4)
    assert "no config file of the template has this path; add one" in error.detail
    assert planned.services[0].mounts[0].kind == "file"
    assert [file.content for file in planned.files] == [""]
    assert [(note.path, note.line) for note in planned.notes] == [("services.web.volumes.0", 4)]


@pytest.mark.parametrize(
    "written",
    ["./nginx.conf/:/x", "./conf.d:/etc/nginx/conf.d", "./logs:/var/log", "./v1.2:/x", "./.ssh:/x"],
)
def test_what_does_not_look_like_a_file_is_a_folder(written: str) -> None:
    assert plan(web(f"volumes: ['{written}']")).services[0].mounts[0].kind == "volume"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("'data:relative'", "bad_volume"),
        ("'data:'", "bad_volume"),
        ("'data:/'", "bad_volume"),
        ("'data://'", "bad_volume"),
        ("'data:/x/..'", "bad_volume"),
        ("'data:/proc'", "bad_volume"),
        ("'data:/proc/sys'", "bad_volume"),
        ("'data://proc'", "bad_volume"),
        ("'data:///sys/fs'", "bad_volume"),
        ("'data:/x/../proc'", "bad_volume"),
        ("'data:/../sys'", "bad_volume"),
        ("relative", "bad_volume"),
        ("''", "bad_volume"),
        ("{source: data}", "bad_volume"),
        ("{type: tmpfs}", "bad_volume"),
        ("'bad name:/x'", "bad_volume"),
        ("'-data:/x'", "bad_volume"),
        ("'dätä:/x'", "bad_volume"),
        (f"'{'a' * 129}:/x'", "bad_volume"),
        (f"'data:/{'a' * 1100}'", "bad_volume"),
        ("'other:/x'", "undefined_volume"),
        ("{source: other, target: /x}", "undefined_volume"),
        ("[data]", "wrong_type"),
        ("{source: [data], target: /x}", "wrong_type"),
        ("{source: data, target: /x, read_only: perhaps}", "wrong_type"),
    ],
)
def test_mount_that_cannot_be_is_refused(written: str, rule: str) -> None:
    error = refused(DECLARED + web(f"volumes: ['cache:/cache', {written}]"))

    assert (error.rule, error.line) == (rule, 5)
    assert "services.web.volumes.1" in error.detail


@pytest.mark.parametrize("written", ["relative", "/proc/x", "/", "[[x]]"])
def test_tmpfs_onto_no_path_is_refused(written: str) -> None:
    assert refused(web(f"tmpfs: {written}")).rule in {"bad_volume", "wrong_type"}


@pytest.mark.parametrize(
    "lines",
    [
        "volumes: ['data:/x', 'cache:/x/']",
        "volumes: ['data:/x', /x]",
        "volumes: ['data:/x']\ntmpfs: //x",
        "volumes: ['data:/x', {type: tmpfs, target: /y/../x}]",
    ],
)
def test_two_mounts_onto_one_path_are_refused(lines: str) -> None:
    error = refused(DECLARED + web(lines))

    assert (error.rule, error.line) == ("bad_volume", 5)
    assert "services.web mounts onto /x twice" in error.detail


def test_path_from_a_variable_is_not_told() -> None:
    error = refused(web("tmpfs: ['$A', '$A']"), A="/hunter22")

    assert error.rule == "bad_volume"
    assert "hunter22" not in error.detail


def test_lenient_takes_volumes_that_nobody_declared() -> None:
    assert mounts("volumes: ['other:/x']", lenient=True) == (Mount("volume", "other", "/x"),)


def test_anonymous_volumes_of_different_paths_are_different() -> None:
    paths = ["/a/b", "/a_b", "/a b", "/" + "x" * 200, "/" + "x" * 201]

    found = mounts(f"volumes: {paths}")

    assert len({mount.source for mount in found}) == len(paths)
    assert all(len(mount.source) <= 128 for mount in found)


def test_options_without_effect_are_told_as_ignored() -> None:
    planned = plan(
        DECLARED
        + web("""\
        volumes:
          - data:/data:ro,z,cached
          - {type: volume, source: cache, target: /c, volume: {subpath: x}, consistency: cached}
          - data:/x:ro:y
          - ${V}
        tmpfs: ['/run:size=1m,noexec,uid=5', '/x2:$S']
        """),
        V="data:/y:secret",
        S="secret",
    )

    at = "services.web.volumes"
    assert planned.ignored == (
        *(f"{at}.0.z", f"{at}.0.cached", f"{at}.1.volume.subpath", f"{at}.1.consistency"),
        *(f"{at}.2.y", f"{at}.3", "services.web.tmpfs.0.noexec", "services.web.tmpfs.0.uid=5"),
        *("services.web.tmpfs.1", "volumes.v"),
    )


def told(planned: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return planned.volumes, planned.ignored


def test_volumes_of_the_plan_are_those_mounted_and_the_others_are_told() -> None:
    planned = plan(
        "volumes: {data: {driver: nfs, name: n, labels: {}}, cache: {driver: local}, old: }\n"
        + web("volumes: ['cache:/c', 'data:/d']")
    )

    assert told(planned) == (
        ("cache", "data"),
        ("volumes.data.driver", "volumes.data.name", "volumes.data.labels", "volumes.old"),
    )


@pytest.mark.parametrize("written", ["[data]", "data", "{data: local}", "{data: {driver: [x]}}"])
def test_volumes_that_are_no_map_are_refused(written: str) -> None:
    assert refused(f"volumes: {written}\n" + web("volumes: ['data:/x']")).rule == "wrong_type"


def test_volume_without_a_source_before_the_colon_has_no_name() -> None:
    assert service("volumes: [':/data']").mounts == (
        Mount("volume", "web.anonymous_data", "/data"),
    )


@given(st.text(alphabet="ab./ \\é", min_size=1))
def test_target_is_absolute_stable_and_outside_the_system(text: str) -> None:
    path = target_of(f"/a/{text.lstrip('./')}x")

    assert path.startswith("/")
    assert not path.startswith("//")
    assert ".." not in path.split("/")
    assert target_of(path) == path


def test_reader_refuses_by_itself_what_the_policy_refuses() -> None:
    section = Section(load("volumes: ['/etc:/etc']"), "services.web", Notes())

    with pytest.raises(InvalidPlan) as caught:
        MountReader(None, Shelf(())).read(section, "web")

    assert (caught.value.rule, caught.value.line) == ("host_path", 1)
