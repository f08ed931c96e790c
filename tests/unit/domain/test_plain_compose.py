"""Apps as compose files for plain Docker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from chalicelib.domain.compose import ConfigFile, plan_compose
from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.plain_compose import PlainApp, plain_app
from chalicelib.domain.plan import Plan

TEXT = """\
services:
  web:
    image: wordpress:${TAG}
    ports: ["80"]
    environment:
      DB_PASSWORD: ${PASSWORD}
      DB_URL: mysql://app:${PASSWORD}@db/app
      NAME: ${NAME}
      MODE: ${MODE:-plain}
      COST: 5 $$ each
    depends_on: {db: {condition: service_healthy}}
    volumes: ["html:/var/www/html", {type: tmpfs, target: /run, tmpfs: {size: 64m}}]
    configs: [{source: extra, target: /etc/extra.ini}]
    restart: always
  db:
    image: mariadb:11
    healthcheck: {test: [CMD, healthcheck.sh], interval: 2s, start_interval: 500ms}
    environment: {MARIADB_PASSWORD: "${PASSWORD}"}
    volumes: ["data:/var/lib/mysql"]
    ports: ["3306:3306"]
    cpus: 1.5
    mem_limit: 512m
configs: {extra: {content: "key=${PASSWORD}"}}
volumes: {html: {}, data: {}}
"""
VALUES = {"TAG": "6", "PASSWORD": "s3cret-value", "NAME": 'it\'s "mine"', "MODE": "", "UNUSED": "x"}


def planned(text: str, files: tuple[ConfigFile, ...] = ()) -> Any:
    def plan(variables: Mapping[str, str]) -> Plan:
        return plan_compose(text, variables=variables, config_files=files)

    return plan


def plain(text: str = TEXT, values: Mapping[str, str] = VALUES, port: int = 8081) -> PlainApp:
    return plain_app(planned(text), values, port=port)


def test_values_are_written_as_the_variables_that_they_come_from() -> None:
    app = plain()

    web = app.compose["services"]["web"]
    assert web["environment"] == {
        "DB_PASSWORD": "${PASSWORD}",
        "DB_URL": "mysql://app:${PASSWORD}@db/app",
        "NAME": 'it\'s "mine"',
        "MODE": "plain",
        "COST": "5 $$ each",
    }
    assert web["image"] == "wordpress:${TAG}"
    assert app.variables == {"PASSWORD": "s3cret-value", "TAG": "6"}
    assert app.inline == ("MODE", "NAME", "UNUSED")


def test_nothing_of_the_platform_is_in_it() -> None:
    text = yaml.safe_dump(plain().compose)

    assert "hoster" not in text.lower()
    assert "s3cret-value" not in text


def test_ports_volumes_files_and_limits_are_those_of_plain_docker() -> None:
    app = plain()

    web, db = app.compose["services"]["web"], app.compose["services"]["db"]
    assert (web["ports"], db["ports"]) == (["8081:80"], ["3306:3306"])
    assert app.compose["volumes"] == {"html": {}, "data": {}}
    assert web["volumes"][0] == {"type": "volume", "source": "html", "target": "/var/www/html"}
    [name] = app.files
    assert web["volumes"][1]["source"] == f"./files/{name}"
    assert app.files[name].content == "key=s3cret-value"
    assert web["tmpfs"] == ["/run:size=64m"]
    assert (web["restart"], web["depends_on"]) == (
        "unless-stopped",
        {"db": {"condition": "service_healthy"}},
    )
    assert (db["cpus"], db["mem_limit"]) == (1.5, "512m")
    assert "start_interval" not in db["healthcheck"]
    assert (app.port, app.volumes) == (8081, ("html", "data"))


def test_networks_stay_apart() -> None:
    text = """\
services:
  web: {image: "nginx:alpine", ports: ["80"], networks: [front, back]}
  db: {image: "redis:7", networks: {back: {aliases: [store]}}}
networks: {front: {}, back: {internal: true}}
"""

    app = plain(text, {})

    assert app.compose["networks"]["back"] == {"internal": True}
    assert app.compose["services"]["db"]["networks"] == {"back": {"aliases": ["store"]}}


def test_text_that_cannot_be_planned_is_refused() -> None:
    with pytest.raises(InvalidPlan):
        plain("services: {web: {image: nginx, privileged: true}}", {})


@pytest.mark.parametrize("value", ["a$b", "a#b", " a", "a ", "a'b", "a\\b", "a\nb", "é"])
def test_values_that_the_two_kinds_of_compose_read_otherwise_stay_in_the_file(value: str) -> None:
    text = 'services: {web: {image: "nginx", ports: ["80"], environment: {A: "${A}"}}}'

    app = plain(text, {"A": value})

    assert app.compose["services"]["web"]["environment"]["A"] == value.replace("$", "$$")
    assert app.variables == {}
