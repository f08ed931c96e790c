"""What catalogues write that ours do not: forms met in the wild, in words of our own."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Mount, Plan, Port, Route
from tests.unit.domain.compose.planning import plan, refused


def planned(text: str, **variables: str) -> Plan:
    return plan(text, lenient=True, **variables)


def test_part_that_another_platform_completes_is_left_out() -> None:
    found = planned(
        """
        version: "3.7"
        services:
          app_proxy:
            environment: {APP_HOST: shop_web_1, APP_PORT: 8080}
          web:
            image: example/shop:2@sha256:%s
            user: "1000:1000"
            stop_grace_period: 15m30s
            volumes: ["${APP_DATA_DIR}/data:/data"]
        """
        % ("a" * 64),
        APP_DATA_DIR="placeholder",
    )

    assert [one.name for one in found.services] == ["web"]
    assert found.services[0].mounts == (Mount("volume", "folder.placeholder.data", "/data"),)
    assert set(found.ignored) == {
        *("version", "services.app_proxy", "services.web.stop_grace_period"),
    }


def test_text_of_parts_alone_and_strict_reading_still_miss_the_image() -> None:
    text = "services: {a: {environment: {A: 1}}}"

    assert refused(text).rule == "no_image"
    with pytest.raises(Exception, match="has no image"):
        planned(text)


def test_home_server_form_with_empty_lists_and_long_mounts() -> None:
    found = planned(
        """
        name: notes
        services:
          notes:
            image: example/notes:1
            deploy: {resources: {reservations: {memory: 256M}}}
            network_mode: bridge
            cpu_shares: 90
            command: []
            cap_add: []
            devices: []
            privileged: false
            environment: [PUID=$PUID, PGID=$PGID, TZ=$TZ]
            ports: [{mode: ingress, target: 80, published: "8085", protocol: tcp}]
            volumes:
              - {type: volume, source: notes, target: /config, bind: {create_host_path: true}}
            x-vendor: {envs: [{container: TZ}]}
            container_name: notes
        x-vendor: {main: notes, port_map: "8085"}
        """
    )

    (only,) = found.services
    assert only.ports == (Port(80, 8085),)
    assert only.mounts == (Mount("volume", "notes", "/config"),)
    assert only.command == ()
    assert found.route == Route("notes", 80)


def test_swarm_form_with_placement_and_policies() -> None:
    found = planned(
        """
        version: '3.8'
        services:
          web:
            image: example/web
            networks: [public]
            configs: [{source: page, target: /page, uid: "1", gid: "1", mode: 0440}]
            deploy:
              mode: replicated
              replicas: 2
              labels: [traefik.enable=false]
              placement: {constraints: [node.role == manager]}
              update_config: {order: start-first}
              restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 120s}
        networks: {public: {driver: overlay, attachable: true}}
        configs: {page: {content: hello, template_driver: golang}}
        """
    )

    assert found.services[0].restart == "on-failure:3"
    assert {path.rpartition(".")[2] for path in found.ignored} == {
        *("version", "uid", "gid", "replicas", "labels", "placement", "update_config"),
        *("delay", "window", "attachable", "template_driver"),
    }


def test_awkward_ports() -> None:
    found = planned(
        """
        services:
          web:
            image: x
            ports:
              - "0.0.0.0:8080:80/TCP"
              - "[::1]:8443:443"
              - 3000-3001
              - 12400-12500:1240
              - "5060:5060/sctp"
              - {target: 5061, protocol: sctp}
              - "53:53/udp"
              - "53:53/tcp"
        """
    )

    assert found.services[0].ports == (
        *(Port(80, 8080), Port(443, 8443), Port(3000), Port(3001), Port(1240)),
        *(Port(53, 53, "udp"), Port(53, 53)),
    )
    assert set(found.ignored) == {
        f"services.web.ports.{key}" for key in ("0.host_ip", "1.host_ip", "4", "5")
    }


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffservices: {web: {image: x}}",
        "services:\r\n  web:\r\n    image: x\r\n",
        "---\nservices: {web: {image: x}}\n...\n",
        "%YAML 1.1\n---\nservices: {web: {image: x}}\n",
        "# only\n\nservices:\n    web:\n        image:   x   # said\n",
        '{"services": {"web": {"image": "x"}}}',
        "services: {web: {image: x, command: , labels: , volumes: , depends_on: , ports: }}",
        "services: {web: {image: x, environment: ['EMOJI=🚀', 'TIME=22:22']}}",
    ],
)
def test_ways_to_write_a_text(text: str) -> None:
    assert planned(text).services[0].image == "x"


def test_sidecars_of_a_development_text() -> None:
    found = planned(
        """
        services:
          web:
            image: example/web
            volumes:
              - .:/app
              - /app/node_modules
              - ./certs:/certs:ro,z
              - ./db/init.sql:/docker-entrypoint-initdb.d/init.sql:ro
            env_file: [.env, ./web.env]
            develop: {watch: [{action: sync, path: ., target: /app}]}
            post_start: [{command: echo}]
            annotations: {a: b}
        """,
        A="1",
    )

    (only,) = found.services
    assert [mount.kind for mount in only.mounts] == ["volume", "volume", "volume", "file"]
    assert dict(only.environment) == {"A": "1"}
    assert {path.removeprefix("services.web.") for path in found.ignored} == {
        *("volumes.2.z", "volumes.3", "env_file.1", "develop", "post_start", "annotations"),
    }
