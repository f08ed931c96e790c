"""Texts made to be slow: each is planned or refused within a second, at the largest size."""

from __future__ import annotations

import time

import pytest

from chalicelib.domain.compose import ConfigFile, plan_compose
from chalicelib.domain.compose.tree import MAX_BYTES
from chalicelib.domain.compose.wanted import wanted_variables
from chalicelib.domain.errors import InvalidPlan

WEB = "services:\n  web:\n    image: x\n"
ENV = ConfigFile("env", "a.env", "A=1\n" * 32_000)


def rows(count: int, row: str) -> str:
    """Write a row so often, with its number in place of `@`."""
    return "".join(row.replace("@", str(number)) for number in range(1, count + 1))


def chain(first: str, row: str) -> str:
    return (
        "services:\n"
        + f"  s0: {first}\n"
        + "".join(f"  s{number}: {row.replace('@', str(number - 1))}\n" for number in range(1, 50))
    )


MANY = "[" + ",".join(f"/v{number}" for number in range(9_000)) + "]"
SHARED = "{image: x, environment: *e}"
BOMB = "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(2, 14))
CONFIGS = "[" + rows(3_000, "c@, ") + "]\n"
TEXTS = {
    "environment": WEB + "    environment:\n" + rows(9_000, "      - A@=$X\n"),
    "ports": WEB + "    ports:\n" + rows(9_000, "      - 1-99\n"),
    "folders": WEB + "    volumes:\n" + rows(6_000, "      - ./d@:/d@\n"),
    "aliases": WEB + "    networks: {default: {aliases: [" + rows(9_000, "a@, ") + "]}}\n",
    "hosts": WEB + "    extra_hosts:\n" + rows(6_000, "      h@: 1.1.1.1\n"),
    "unknown keys": WEB + rows(9_000, "    k@: 1\n"),
    "links": WEB + "    links:\n" + rows(9_000, "      - web:l@\n"),
    "shared volumes": chain(f"{{image: x, volumes: {MANY}}}", "{image: x, volumes_from: [s@]}"),
    "extended lists": chain(f"{{image: x, volumes: {MANY}}}", "{extends: s@, volumes: [/w]}"),
    "shared maps": "x: &e\n"
    + rows(1_000, "  A@: b\n")
    + chain("{image: x, environment: *e}", "{image: x, environment: *e}"),
    "merges": rows(1_500, "x-@: &a@ {k@: 1}\n") + WEB + rows(1_500, "    m@: {<<: [*a@, *a1]}\n"),
    "bomb": "a1: &a1 [x]\n"
    + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(2, 14))
    + WEB,
    "nested lists": "[" * MAX_BYTES,
    "nested maps": "{a: " * 30_000,
    "nested variables": WEB + "    user: '" + "${A:-" * 25_000 + "'\n",
    "dollars": WEB + "    user: '" + "$" * 130_000 + "'\n",
    "quotes": WEB + "    command: " + "'" * 100_001 + "\n",
    "image": "services: {web: {image: " + "a-" * 60_000 + "}}",
    "duration": WEB + "    healthcheck: {interval: " + "1s" * 60_000 + "}\n",
    "host name": WEB + "    hostname: " + "a.-" * 40_000 + "\n",
    "sysctl": WEB + "    sysctls: {net.core.somaxconn: '" + "1 " * 60_000 + "'}\n",
    "anchors": rows(7_000, "a@: &a@ x\n") + WEB,
    "documents": "---\n" * 30_000,
    "configs": WEB
    + "    configs: ["
    + rows(3_000, "c@, ")
    + "]\nconfigs:\n"
    + rows(3_000, "  c@: {content: x}\n"),
    "env files": WEB + "    env_file: [" + "a.env, " * 9_000 + "]\n",
    "env files again": chain("{image: x, env_file: [a.env]}", "{image: x, env_file: [a.env]}"),
    "long key": WEB + "    ? " + "k" * 100_000 + "\n    : 1\n",
}


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_a_second(name: str, lenient: bool) -> None:
    text = TEXTS[name][:MAX_BYTES]
    began = time.process_time()

    assert planned(text, lenient=lenient) in {True, False}

    assert time.process_time() - began < 2


def planned(text: str, *, lenient: bool) -> bool:
    try:
        wanted_variables(text, lenient=lenient)
        plan_compose(text, variables={"X": "y" * 999}, config_files=[ENV], lenient=lenient)
    except InvalidPlan:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("bomb", "too_complex"),
        ("nested variables", "bad_interpolation"),
        ("extended lists", "too_complex"),
        ("environment", "too_complex"),
        ("folders", "bad_volume"),
        ("shared volumes", "bad_volume"),
        ("env files", "bad_file"),
        ("env files again", "too_complex"),
        ("aliases", "bad_network"),
    ],
)
def test_bound_is_named(name: str, rule: str) -> None:
    with pytest.raises(InvalidPlan) as caught:
        plan_compose(TEXTS[name][:MAX_BYTES], variables={"X": "y" * 999}, config_files=[ENV])

    assert caught.value.rule == rule


def test_largest_text_is_read_and_one_byte_more_is_not() -> None:
    filler = "#" * (MAX_BYTES - len(WEB))

    assert plan_compose(WEB + filler, variables={}).services[0].name == "web"
    with pytest.raises(InvalidPlan) as caught:
        plan_compose(WEB + filler + "#", variables={})
    assert caught.value.rule == "too_large"
