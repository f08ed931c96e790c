"""A function loads only the SDKs of the layers that it declares, and loads fast."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

import pytest

from infra.packaging.registry import discover
from infra.packaging.template import ROOT

OF_LAYERS = {
    "crypto": {"cryptography"},
    "nodes": {"paramiko", "docker", "nacl"},
    "clouds": {"pydo", "msrest", "azure", "hcloud"},
    "acme": {"acme", "josepy"},
    "dns": {"dns"},
    "stripe": {"stripe"},
    "pdf": {"fpdf", "fontTools", "PIL"},
}
LATE = {"boto3", "pynamodb", "jinja2"}
"""What the wiring imports when a call first asks for it, and no function before that."""
NEVER = {"chalice", "moto", "pytest", "infra"}
WATCHED = sorted({name for names in OF_LAYERS.values() for name in names} | LATE | NEVER)
PYTHON = (sys.executable, "-X", f"pycache_prefix={ROOT / 'build/bytecode'}", "-c")
"""What one process compiled the next one reads: none of them compiles all the product again."""
# One process imports what every function shares; a child for each function imports the rest.
LOOK = """
import importlib, json, os, sys
import yaml, chalicelib.runtime.operation, chalicelib.runtime.step, chalicelib.resources.registry
given = json.loads(sys.stdin.read())
found = {}
for module in given["modules"]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        importlib.import_module(module)
        loaded = [name for name in given["watched"] if name in sys.modules]
        os.write(writer, json.dumps(loaded).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        text = said.read()
    os.waitpid(child, 0)
    found[module] = json.loads(text) if text else None
print(json.dumps(found))
"""


@cache
def loaded() -> dict[str, list[str]]:
    """What of the watched packages each function's module loads."""
    given = {"modules": sorted({f.module for f in discover()}), "watched": WATCHED}
    done = subprocess.run(
        [*PYTHON, LOOK],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"AWS_REGION": "us-east-1", "PYTHONPATH": str(ROOT)},
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("function", discover(), ids=lambda f: f.name)
def test_function_loads_what_it_declares_and_nothing_more(function) -> None:
    allowed = {name for layer in function.declaration.layers for name in OF_LAYERS[layer]}

    assert set(loaded()[function.module]) <= allowed


def test_list_of_templates_stays_light() -> None:
    assert loaded()["functions.api.generic.list"] == []


HEAVY = {"yaml", "chalicelib.domain.compose", "chalicelib.ports.nodes", "chalicelib.ports.clouds"}
"""What planning and servers need, and no function that reads and writes records alone."""
SEE = "import json, sys, {}; print(json.dumps(sorted(sys.modules)))"


@pytest.mark.parametrize("verb", ["list", "get", "update", "delete"])
def test_function_of_every_resource_loads_no_planner(verb: str) -> None:
    assert not HEAVY & seen_by(f"functions.api.generic.{verb}")


STEPS_WITHOUT_A_PLAN = [
    "shared.place_deployment",
    "deploy.finish_deploy",
    "deploy.undo_deploy",
    "shared.publish_route",
    "shared.confirm_route",
    "shared.withdraw_route",
    "shared.stop_services",
    "shared.fail_work",
    "stop.finish_stop",
    "remove.remove_services",
    "remove.finish_remove",
]


@pytest.mark.parametrize("step", STEPS_WITHOUT_A_PLAN)
def test_step_that_plans_nothing_loads_no_planner(step: str) -> None:
    assert not {"yaml", "chalicelib.domain.compose"} & seen_by(f"functions.steps.{step}")


def seen_by(module: str) -> set[str]:
    """What a process has loaded that imported a module."""
    done = subprocess.run(
        [*PYTHON, SEE.format(module)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"AWS_REGION": "us-east-1", "PYTHONPATH": str(ROOT)},
    )
    return set(json.loads(done.stdout))
