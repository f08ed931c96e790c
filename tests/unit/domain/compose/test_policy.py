"""What a compose text may not ask of a node, and the ways in which it could be hidden."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose import ConfigFile
from chalicelib.domain.compose.files import Shelf
from chalicelib.domain.compose.policy import refusals
from chalicelib.domain.compose.rules import RULES, Refused
from chalicelib.domain.compose.tree import load
from tests.unit.domain.compose.planning import plan, refused, service, service_refused, web

REFUSED = [
    ("build: .", "build"),
    ("build: {context: .}", "build"),
    ("privileged: true", "privileged"),
    ("privileged: yes", "privileged"),
    ("privileged: 'On'", "privileged"),
    ("privileged: !!str true", "privileged"),
    ("privileged: 1", "privileged"),
    ("privileged: [true]", "privileged"),
    ("network_mode: host", "host_namespace"),
    ("network_mode: ' host'", "host_namespace"),
    ("network_mode: HOST", "host_namespace"),
    ("network_mode: container:other", "host_namespace"),
    ("network_mode: service:web", "host_namespace"),
    ("network_mode: [host]", "host_namespace"),
    ("network_mode: {host: }", "host_namespace"),
    ("net: host", "host_namespace"),
    ("pid: host", "host_namespace"),
    ("pid: container:x", "host_namespace"),
    ("ipc: host", "host_namespace"),
    ("ipc: service:web", "host_namespace"),
    ("uts: host", "host_namespace"),
    ("userns_mode: host", "host_namespace"),
    ("cgroup: host", "host_namespace"),
    ("devices: ['/dev/kvm:/dev/kvm']", "device"),
    ("devices: /dev/sda", "device"),
    ("device_cgroup_rules: ['a *:* rwm']", "device"),
    ("gpus: all", "device"),
    ("runtime: nvidia", "device"),
    ("deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}", "device"),
    ("cap_add: [SYS_ADMIN]", "capability"),
    ("cap_add: [sys_admin]", "capability"),
    ("cap_add: [CAP_SYS_ADMIN]", "capability"),
    ("cap_add: [cap_net_admin]", "capability"),
    ("cap_add: ALL", "capability"),
    ("cap_add: [CHOWN, ALL]", "capability"),
    ("cap_add: [[SYS_ADMIN]]", "capability"),
    ("cap_add: {SYS_ADMIN: true}", "capability"),
    ("security_opt: ['seccomp:unconfined']", "unconfined"),
    ("security_opt: ['seccomp=unconfined']", "unconfined"),
    ("security_opt: apparmor:unconfined", "unconfined"),
    ("security_opt: ['label:disable']", "unconfined"),
    ("security_opt: ['systempaths=unconfined']", "unconfined"),
    ("security_opt: [[seccomp=unconfined]]", "unconfined"),
    ("security_opt: {seccomp: unconfined}", "unconfined"),
    ("use_api_socket: true", "docker_socket"),
    ("volumes_from: [container:other]", "external"),
    ("volumes_from: ['container:other:ro']", "external"),
    ("external_links: [other:db]", "external"),
    ("extends: {file: other.yml, service: web}", "extends_file"),
    ("extends: {file: , service: web}", "extends_file"),
    ("volumes: ['/:/host']", "host_path"),
    ("volumes: ['/etc:/etc:ro']", "host_path"),
    ("volumes: ['~/data:/data']", "host_path"),
    ("volumes: ['/./data:/data']", "host_path"),
    ("volumes: ['../../etc/passwd:/data']", "host_path"),
    ("volumes: ['C:\\data:/data']", "host_path"),
    ("volumes: ['C:/data:/data']", "host_path"),
    ("volumes: [{type: bind, source: 'C:/data', target: /data}]", "host_path"),
    ("volumes: ['\\\\server\\share:/data']", "host_path"),
    ("volumes: [{type: bind, source: /etc, target: /data}]", "host_path"),
    ("volumes: [{type: volume, source: /etc, target: /data}]", "host_path"),
    ("volumes: [{source: ~/x, target: /data}]", "host_path"),
    ("volumes: [{type: npipe, source: x, target: /data}]", "host_path"),
    ("volumes: [{type: Bind, source: /etc, target: /data}]", "host_path"),
    ("volumes: [{type: cluster, source: x, target: /data}]", "host_path"),
    ("volumes: ['/var/run/docker.sock:/var/run/docker.sock']", "docker_socket"),
    ("volumes: ['/run/docker.sock/:/x:ro']", "docker_socket"),
    ("volumes: [{type: bind, source: //run/docker.sock, target: /x}]", "docker_socket"),
]


@pytest.mark.parametrize(("lines", "rule"), REFUSED)
def test_what_would_give_a_tenant_the_node_is_refused_by_rule_line_and_reason(
    lines: str, rule: str
) -> None:
    error = service_refused(lines)

    assert error.rule == rule
    assert error.line == 4
    assert error.detail.startswith("line 4: services.web.")
    assert rule in RULES
    assert len(error.detail.removeprefix("line 4: ")) > 30


@pytest.mark.parametrize(
    "lines",
    [
        "build: {}\nprivileged: false\ndevices: []",
        "privileged: no\ngpus: \ncgroup_parent: /docker",
        "network_mode: bridge\nipc: private\ncgroup: private\npid: \nuserns_mode: ''",
        "ipc: shareable\nuts: private",
        "userns_mode: keep-id",
        "runtime: runc\nexternal_links: []",
    ],
)
def test_what_asks_for_nothing_is_not_refused_and_told_as_ignored(lines: str) -> None:
    planned = plan(web(lines))

    keys = {line.partition(":")[0] for line in lines.split("\n")}
    assert {f"services.web.{key}" for key in keys} == set(planned.ignored)


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("privileged: ${X}", "privileged"),
        ("privileged: ${MISSING:-true}", "privileged"),
        ("privileged: ${X:+true}", "privileged"),
        ("network_mode: ${MODE}", "host_namespace"),
        ("network_mode: h${O}st", "host_namespace"),
        ("cap_add: ['${CAP}']", "capability"),
        ("cap_add: ['SYS_${A}DMIN']", "capability"),
        ("volumes: ['${PLACE}:/data']", "host_path"),
        ("volumes: [{type: '${KIND}', source: /etc, target: /x}]", "host_path"),
        ("volumes: ['${SOCKET}:/x']", "docker_socket"),
        ("build: ${X}", "build"),
        ("security_opt: ['${OPT}']", "unconfined"),
        ("devices: ['${MISSING:-/dev/sda}']", "device"),
    ],
)
def test_variables_hide_nothing(lines: str, rule: str) -> None:
    error = service_refused(
        lines,
        X="true",
        MODE="host",
        O="o",
        A="A",
        CAP="SYS_ADMIN",
        PLACE="/etc",
        KIND="bind",
        SOCKET="/var/run/docker.sock",
        OPT="seccomp=unconfined",
    )

    assert (error.rule, error.line) == (rule, 4)


def test_value_that_a_variable_makes_harmless_is_granted() -> None:
    assert service("privileged: ${X}", X="false").name == "web"


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        (
            """\
            x-base: &base {privileged: true}
            services:
              web:
                image: nginx
                <<: *base
            """,
            "privileged",
            1,
        ),
        (
            """\
            x-a: &a {init: true}
            x-b: &b
              pid: host
            services: {web: {image: nginx, "<<": [*a, *b]}}
            """,
            "host_namespace",
            3,
        ),
        (
            """\
            x-inner: &inner {cap_add: [SYS_ADMIN]}
            x-outer: &outer {<<: *inner}
            services: {web: {image: nginx, <<: *outer}}
            """,
            "capability",
            1,
        ),
        (
            """\
            x-true: &yes true
            services:
              web:
                image: nginx
                privileged: *yes
            """,
            "privileged",
            5,
        ),
        (
            """\
            x-mounts: &mounts
              - /etc:/etc
            services:
              web: {image: nginx, volumes: *mounts}
            """,
            "host_path",
            2,
        ),
        (
            """\
            services:
              web: {image: nginx, extends: base}
              base: {image: nginx, network_mode: host, profiles: [never]}
            """,
            "host_namespace",
            3,
        ),
        (
            """\
            services:
              web: {image: nginx}
              never: {image: nginx, profiles: [x], privileged: true}
            """,
            "privileged",
            3,
        ),
    ],
)
def test_anchors_merges_extends_and_profiles_hide_nothing(text: str, rule: str, line: int) -> None:
    error = refused(text)

    assert (error.rule, error.line) == (rule, line)


def test_harmless_value_of_its_own_wins_over_a_merged_one() -> None:
    text = """\
    x-base: &base {privileged: true}
    services:
      web: {image: nginx, privileged: false, <<: *base}
    """

    assert plan(text).services[0].image == "nginx"


def test_key_that_stands_twice_is_refused_before_it_can_hide_the_first() -> None:
    error = service_refused("privileged: true\nprivileged: false")

    assert (error.rule, error.line) == ("duplicate_key", 5)


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("include: [other.yml]", "include"),
        ("networks: {shared: {external: true}}", "external"),
        ("networks: {shared: {external: {name: host}}}", "external"),
        ("volumes: {data: {external: true}}", "external"),
        ("volumes: {data: {external: 'yes', name: other}}", "external"),
        ("configs: {c: {external: true}}", "external"),
        ("secrets: {s: {external: true}}", "external"),
        ("volumes: {data: {driver_opts: {type: none, o: bind, device: /etc}}}", "host_path"),
        ("volumes: {data: {driver_opts: {device: ~/x}}}", "host_path"),
        ("volumes: {data: {driver_opts: {device: '${D}'}}}", "host_path"),
    ],
)
def test_nothing_from_outside_the_deployment_is_used(lines: str, rule: str) -> None:
    error = refused(f"{lines}\nservices: {{web: {{image: nginx}}}}\n", D="/etc")

    assert (error.rule, error.line) == (rule, 1)


@pytest.mark.parametrize(
    "lines",
    [
        "include: []",
        "networks: {own: {external: false}, other: }",
        "volumes: {data: {external: no, driver_opts: {type: tmpfs, device: tmpfs}}}",
        "networks: [own, other]",
    ],
)
def test_what_stays_inside_the_deployment_is_granted(lines: str) -> None:
    assert plan(f"{lines}\nservices: {{web: {{image: nginx}}}}\n").services[0].name == "web"


def test_link_to_a_service_of_the_text_is_granted() -> None:
    planned = plan("services: {web: {image: nginx, links: ['db:database']}, db: {image: redis}}")

    assert [one.name for one in planned.services] == ["db", "web"]


def test_every_refusal_is_found_in_the_order_of_lines() -> None:
    tree = load(
        web("volumes: ['/etc:/etc']\nprivileged: true\npid: host\n") + "include: [other.yml]\n"
    )

    found = refusals(tree, Shelf(()))

    assert [(refusal.rule, refusal.line) for refusal in found] == [
        (Refused.HOST_PATH, 4),
        (Refused.PRIVILEGED, 5),
        (Refused.HOST_NAMESPACE, 6),
        (Refused.INCLUDE, 7),
    ]


def test_relative_bind_of_a_config_file_is_granted_and_its_neighbours_are_not() -> None:
    file = ConfigFile("page", "./site/index.html", "hello")

    assert service("volumes: ['./site:/www']", file).mounts[0].kind == "file"
    assert service("volumes: ['./site/../../etc:/www']", file).mounts[0].kind == "volume"
    assert service_refused("volumes: ['./site/other.html:/www']", file).rule == "host_path"
    assert service_refused("volumes: ['/site/index.html:/www']", file).rule == "host_path"


@pytest.mark.parametrize(
    "text",
    [
        "services: 5",
        "services: [web]",
        "services: {web: 5}",
        "services: {web: [privileged]}",
    ],
)
def test_shapes_that_are_no_services_are_left_to_the_reader(text: str) -> None:
    assert refused(text).rule == "wrong_type"
