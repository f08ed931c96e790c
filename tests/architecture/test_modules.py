"""Every function looks the same, and forgetting a part of it fails here."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from chalicelib.runtime.declaration import declared
from infra.packaging.registry import discover, operations, schedules
from infra.packaging.template import ROOT
from tests import permissions
from tests.functions.cases import CASES

FILES = sorted(path for path in (ROOT / "functions").rglob("*.py") if path.name != "__init__.py")
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in FILES]
TESTED_TOGETHER = {"api": "tests/functions/api", "steps": "tests/statemachines"}


@pytest.mark.parametrize("module", MODULES)
def test_function_has_a_sentence_a_declaration_and_a_plain_handler(module: str) -> None:
    loaded = importlib.import_module(module)

    assert loaded.__doc__, "the first sentence says what it does"
    assert loaded.__doc__.splitlines()[0].endswith(".")
    assert inspect.isfunction(loaded.handler)
    assert loaded.handler.__module__ == module
    assert loaded.handler.__doc__
    assert declared(loaded.handler), "a declaration"
    given = list(inspect.signature(loaded.handler).parameters.values())
    assert [p.kind for p in given] == [inspect.Parameter.POSITIONAL_OR_KEYWORD] * 2


def test_every_module_of_a_function_is_discovered() -> None:
    assert {function.module for function in discover()} == set(MODULES)


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.split(".")[1] in {"api", "calls", "events", "schedules"}]
)
def test_function_has_a_test_of_its_own(module: str) -> None:
    """Mirrored under `tests/functions/`; steps are tested as outcomes of their machines."""
    parts = module.split(".")

    mirrored = ROOT / "tests" / Path(*parts[:-1]) / f"test_{parts[-1]}.py"

    assert mirrored.exists(), f"{mirrored.relative_to(ROOT)} is missing"
    assert "def test_" in mirrored.read_text()


@pytest.mark.parametrize(
    "operation", [o for _, o in operations()], ids=lambda o: f"{o.method} {o.path}"
)
def test_operation_stands_in_the_table_of_callers(operation) -> None:
    assert f"{operation.method} {operation.path}" in CASES


def test_names_in_the_template_are_unique_and_short_enough() -> None:
    """AWS takes 64 characters for a function's name; the installation has up to 21 of them."""
    names = [function.name for function in discover()]

    assert len(set(names)) == len(names)
    assert len({function.logical_id for function in discover()}) == len(names)
    assert max(len(name) for name in names) <= 64 - 22


def test_api_answers_before_the_gateway_gives_up() -> None:
    for function, operation in operations():
        assert operation.timeout <= 29, function.name


def test_schedules_end_before_they_begin_again() -> None:
    minutes = {"rate(1 minute)": 1, "rate(5 minutes)": 5, "rate(10 minutes)": 10}
    seconds = {every: 60 * count for every, count in minutes.items()}
    seconds |= {"rate(1 hour)": 3600, "cron(30 2 * * ? *)": 86_400}
    for function, schedule in schedules():
        assert schedule.timeout <= seconds[schedule.every], function.name


def test_secrets_are_opened_by_steps_and_by_what_asks_a_provider_alone() -> None:
    """And by what hands a backup to whom it belongs, or its values to an app that is made of it.

    What reaches an owner's bucket opens its key.
    """
    opening = {f.name for f, o in operations() if any(n.kind == "open" for n in o.needs)}

    assert opening == {
        *(f"api_cloud_credentials_{verb}" for verb in ("check", "images", "regions", "sizes")),
        "api_registry_credentials_check",
        "api_backup_targets_check",
        *(f"api_backups_{verb}" for verb in ("delete", "deploy", "download", "drill")),
        "api_account_exports_download",
    }


def test_undeclared_call_is_noted() -> None:
    """The watch over AWS calls can fail."""
    [entry] = [o for f, o in operations() if f.name == "api_templates_get"]

    assert permissions.is_declared(entry, "read", "resources")
    assert not permissions.is_declared(entry, "write", "resources")
    assert not permissions.is_declared(entry, "read", "money")
    assert not permissions.is_declared(entry, "open", "")


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {name.split(".", 1)[0] for name in found}


def test_application_is_imported_by_nothing_and_holds_no_logic() -> None:
    """`app.py` is a module and no package: the layers of import-linter begin below it."""
    for folder in ("chalicelib", "functions", "infra"):
        for path in (ROOT / folder).rglob("*.py"):
            assert "app" not in imports_of(path), path
    assert imports_of(ROOT / "app.py") == {"__future__", "importlib", "chalice", "infra"}
    assert len((ROOT / "app.py").read_text().splitlines()) <= 40


def test_functions_reach_the_world_through_the_wiring_alone() -> None:
    for path in FILES:
        text = path.read_text()
        assert "chalicelib.adapters" not in text, path
        assert not imports_of(path) & {"boto3", "botocore", "pynamodb", "chalice", "os"}, path


NAMES_OF_IMAGES = ROOT / "chalicelib/domain/images.py"
"""Knows Docker's rule of which parts of an image's name are hosts, `localhost` among them."""


def test_product_does_not_know_where_it_runs() -> None:
    for folder in ("chalicelib", "functions", "statemachines"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".json"} and path != NAMES_OF_IMAGES:
                text = path.read_text().lower()
                for word in ("localhost", "ministack", "is_local", "localstack"):
                    assert word not in text, (path, word)
