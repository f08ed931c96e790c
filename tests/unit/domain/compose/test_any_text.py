"""What holds for every text: a plan or a named refusal, the same each time, without secrets."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose import RULES, ConfigFile, compose_variables, plan_compose
from chalicelib.domain.compose.capabilities import HARMLESS
from chalicelib.domain.compose.kernel import SAFE_SYSCTLS, ULIMITS
from chalicelib.domain.compose.pairs import RESERVED_LABELS
from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.plan import Plan, Service

SECRET = "s3cr3tvalue"
FILES = (
    ConfigFile("site", "/etc/site.conf", "a"),
    ConfigFile("page", "www/index.html", "b", 0o600),
    ConfigFile("up", "../up.conf", "c"),
    ConfigFile("env", "site.env", "S=1\nT='two words' # said\nU=$PORT\n"),
)
VARIABLES = {"X": SECRET, "EMPTY": "", "PORT": "8080", "HOST": "host", "YES": "true"}

WHOLE: dict[str, Any] = {
    "name": "app",
    "x-hoster": {"route": {"service": "web", "port": 80}},
    "services": {
        "web": {
            "image": "nginx:alpine",
            "command": ["nginx", "-g", "daemon off;"],
            "entrypoint": "/entry --flag '${X}'",
            "environment": {"A": "1", "B": None, "C": "${X:-d}"},
            "ports": ["80", "127.0.0.1:8080:80/tcp", {"target": 443, "published": "8443"}],
            "expose": ["9000"],
            "volumes": [
                "data:/data:ro",
                {"type": "volume", "source": "cache", "target": "/cache"},
                "./www:/www",
                "/scratch",
            ],
            "tmpfs": ["/tmp:size=1m"],
            "configs": ["c", {"source": "c", "target": "/c2", "mode": "0440"}],
            "secrets": ["s"],
            "depends_on": {"db": {"condition": "service_healthy", "required": True}},
            "links": ["db:database"],
            "healthcheck": {"test": ["CMD", "true"], "interval": "1m30s", "retries": 3},
            "deploy": {"resources": {"limits": {"cpus": "0.5", "memory": "512m", "pids": 100}}},
            "labels": ["team=blue", "hoster.route.port=80"],
            "restart": "unless-stopped",
            "stop_grace_period": "10s",
            "user": "1000:1000",
            "working_dir": "/app",
            "init": True,
            "read_only": False,
            "privileged": False,
            "network_mode": "bridge",
            "cap_add": ["CHOWN"],
            "security_opt": ["no-new-privileges"],
            "env_file": ["./site.env", {"path": "no.env", "required": False, "format": "raw"}],
            "networks": {"front": {"aliases": ["www"]}, "back": None},
            "hostname": "web",
            "domainname": "example.com",
            "extra_hosts": ["a:10.0.0.1", "b=[::1]"],
            "dns": ["9.9.9.9"],
            "dns_search": "example.com",
            "dns_opt": ["ndots:2"],
            "sysctls": {"net.core.somaxconn": 511},
            "cap_drop": ["ALL"],
            "ulimits": {"nofile": {"soft": 1024, "hard": 4096}, "core": 0},
            "shm_size": "64m",
            "group_add": ["mail"],
            "tty": False,
            "stdin_open": True,
            "stop_signal": "SIGINT",
            "scale": 1,
            "logging": {"driver": "json-file", "options": {"max-size": "5m", "max-file": 2}},
            "volumes_from": ["db:ro"],
            "container_name": "my-web",
        },
        "db": {
            "image": "postgres:16",
            "cpus": 1,
            "mem_limit": "256m",
            "environment": ["P=${PORT}", "Q", "R=$$x"],
            "healthcheck": {"test": "pg_isready"},
        },
        "extra": {"extends": {"service": "db"}, "profiles": ["debug"]},
    },
    "volumes": {"data": {}, "cache": {"driver": "local"}},
    "configs": {"c": {"content": "hello ${X}"}},
    "secrets": {"s": {"environment": "X"}},
    "networks": {"default": {}, "front": {"driver": "bridge"}, "back": {"internal": True}},
}

WORDS = [
    *("${X}", "$X", "${X:?${X}}", "${EMPTY:?no}", "${NO?${X}}", "${NO:-${X}}", "${", "$", "$$"),
    *("${X}=1", "${X}:${X}", "${X}:/data:${X}", "./${X}:/w", "${X}/tcp", "/a\0b", "²", "٣", "1e9"),
    *("-1", "0", "9" * 30, "1:30", "~", "yes", "", "\t", "é", "/", "//proc", "../..", "inf"),
    *("docker.sock", "host", "a" * 300, "99999999999999h", "web", "db", "extra", "CMD", "1-65535"),
]


def scalars() -> st.SearchStrategy[Any]:
    return st.one_of(
        st.sampled_from(WORDS),
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=12),
    )


def trees() -> st.SearchStrategy[Any]:
    keys = st.one_of(st.sampled_from([*WHOLE, *WHOLE["services"]["web"], *WORDS]), st.text())
    return st.recursive(
        scalars(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the path of every value below a node."""
    found = [path] if path else []
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        found += places(node[key], (*path, key))
    return found


PLACES = places(WHOLE)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Change a whole document at a few places, each to anything."""
    document = json.loads(json.dumps(WHOLE))
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        node, value = document, draw(trees())
        # An earlier change may have taken this place away.
        with contextlib.suppress(KeyError, IndexError, TypeError):
            for key in path[:-1]:
                node = node[key]
            node[path[-1]] = value
    return document


def outcome(text: str, *, lenient: bool = False) -> Plan | tuple[str, str, int | None]:
    """Plan a text; nothing but `InvalidPlan` is caught."""
    try:
        return plan_compose(text, variables=VARIABLES, config_files=FILES, lenient=lenient)
    except InvalidPlan as error:
        return error.rule, error.detail, error.line


def check(text: str, *, lenient: bool = False) -> None:
    """Say what must hold for one text."""
    result = outcome(text, lenient=lenient)

    if isinstance(result, Plan):
        check_plan(result)
        return
    rule, detail, line = result
    assert rule in RULES
    assert SECRET not in detail
    assert len(detail) < 1000
    assert line is None or 1 <= line <= len(text) + 1
    assert line is not None or rule in {"too_large", "not_text", "no_services", "bad_file"}


def check_plan(plan: Plan) -> None:
    """Say what must hold for every plan, whatever the text was."""
    names = [service.name for service in plan.services]
    assert names
    assert len(set(names)) == len(names)
    started: set[str] = set()
    for service in plan.services:
        assert {dependency.service for dependency in service.depends_on} <= started
        started.add(service.name)
        targets = [mount.target for mount in service.mounts]
        assert len(set(targets)) == len(targets)
        for mount in service.mounts:
            assert mount.target.startswith("/")
            assert not mount.target.startswith(("//", "/proc", "/sys"))
            assert "/../" not in f"{mount.target}/"
            known = {"file": {f.key for f in plan.files}, "volume": plan.volumes, "tmpfs": {""}}
            assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}|", mount.source)
            assert mount.source in known[mount.kind]
        assert 0 < service.cpus <= 256
        assert service.memory_mb > 0
        assert service.pids > 0
        assert all(1 <= port.target <= 65_535 for port in service.ports)
        check_reach(service, {"default", *(network.name for network in plan.networks)})
    assert plan.route is None or plan.route.service in names
    assert SECRET not in str(plan.ignored)
    assert len(str(plan.ignored)) < 100_000
    assert "\0" not in str(plan)
    assert "\\x00" not in repr(plan)
    str(plan).encode()


def check_reach(service: Service, networks: set[str]) -> None:
    """Say that a service reaches for nothing of the node, whatever the text was."""
    assert {one.network for one in service.networks} <= networks
    assert set(service.cap_add) <= HARMLESS
    assert {name for name, _ in service.sysctls} <= SAFE_SYSCTLS
    assert all(limit.hard <= ULIMITS[limit.name] for limit in service.ulimits)
    assert not any(ipaddress.ip_address(one).is_loopback for one in service.dns)
    assert "host-gateway" not in str(service.extra_hosts)
    assert not any(name.startswith(RESERVED_LABELS) for name, _ in service.labels)
    assert 1 <= service.logs.megabytes <= 10
    assert 1 <= service.logs.files <= 3


@given(documents())
def test_changed_document_gives_a_plan_or_a_refusal(document: dict[str, Any]) -> None:
    check(json.dumps(document))


@given(documents())
def test_the_same_text_gives_the_same_outcome(document: dict[str, Any]) -> None:
    text = json.dumps(document)

    assert outcome(text) == outcome(text)


@given(documents())
def test_the_same_as_yaml_and_lenient(document: dict[str, Any]) -> None:
    check(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), lenient=True)


@given(trees())
def test_any_structure_gives_a_plan_or_a_refusal(tree: Any) -> None:
    check(json.dumps({"services": {"web": tree}}))
    check(json.dumps({"services": tree}))
    check(json.dumps(tree))


@given(st.text(), st.sampled_from([0, 1, 7, 40, 200, 500, 900]))
def test_any_characters_give_a_plan_or_a_refusal(text: str, place: int) -> None:
    whole = yaml.safe_dump(WHOLE, sort_keys=False)

    check(text)
    check(whole[:place] + text + whole[place:])


MARKS = ["a", "services:", "  web:", *":{}[],?|>!%#'\"\\ \n\t"]
PIECES = [*MARKS, "- ", "&a ", "*a", "<<", "!!str ", "---", "..."]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_yaml_punctuation_gives_a_plan_or_a_refusal(pieces: list[str]) -> None:
    check("".join(pieces))


@given(documents())
def test_variables_can_be_listed_of_every_text_that_is_planned(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    planned = isinstance(outcome(text), Plan)

    try:
        names = [reference.name for reference in compose_variables(text)]
    except InvalidPlan:
        assert not planned
    else:
        assert all(names)


def test_the_whole_document_is_planned() -> None:
    result = outcome(json.dumps(WHOLE))

    assert isinstance(result, Plan), result
    check_plan(result)


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_no_value_at_this_place_breaks_the_planner(path: tuple[Any, ...]) -> None:
    document = json.loads(json.dumps(WHOLE))
    node = document
    for key in path[:-1]:
        node = node[key]

    for value in [*WORDS[::3], None, 5, True, [], {}, [[]], [{}], {"a": {}}]:
        node[path[-1]] = value
        check(json.dumps(document))
