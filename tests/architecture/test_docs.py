"""The pages for people keep step with the code: what exists is described, what is named exists."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from chalicelib.domain.compose import RULES
from chalicelib.domain.compose.kernel import SAFE_SYSCTLS, ULIMITS
from chalicelib.domain.compose.limits import DEFAULT_CPUS, DEFAULT_MEMORY_MB, DEFAULT_PIDS
from chalicelib.domain.compose.running import DEFAULT_RESTART
from chalicelib.domain.errors import ProductError
from chalicelib.domain.importing.importers import FORMATS
from chalicelib.resources.registry import RESOURCES
from infra.packaging.gateway import OWN_ANSWERS
from infra.packaging.registry import operations
from infra.packaging.template import ROOT, TABLES, machine_files
from tests.unit.adapters.nodes.compose_cases import CASES

PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
TOPS = (
    *("chalicelib", "functions", "statemachines", "infra", "web", "cli"),
    *("tests", "e2e", "docs", ".ci"),
)
NAMED = re.compile(rf"`((?:{'|'.join(map(re.escape, TOPS))})/[^`\s]*|app\.py)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NOT_ONE_PLACE = re.compile(r"[<>*{}…]")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def says(name: str, word: str) -> bool:
    """Whether a page holds a word set as code."""
    return f"`{word}`" in text_of(name)


@pytest.mark.parametrize(
    "operation", [o for _, o in operations()], ids=lambda o: f"{o.method} {o.path}"
)
def test_every_route_is_described(operation) -> None:
    assert says("docs/api.md", f"{operation.method} /api{operation.path}")


def test_every_route_that_is_described_exists() -> None:
    served = {f"{operation.method} /api{operation.path}" for _, operation in operations()}

    told = set(re.findall(r"^\| `([A-Z]+ /api/[^`]+)` \|", text_of("docs/api.md"), re.MULTILINE))

    assert told == served


@cache
def codes() -> frozenset[str]:
    """Every code of an error: of the classes, given to one, and of API Gateway's own answers."""
    found = {kind.code for kind in _kinds(ProductError) if kind.__module__.startswith("chalicelib")}
    found |= {code for _, code in OWN_ANSWERS.values()}
    for folder in ("chalicelib", "functions"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(_codes_in(ast.parse(path.read_text())))
    return frozenset(found)


def _kinds(kind: type[ProductError]) -> list[type[ProductError]]:
    """Every error below one; the registry has imported all modules that define any."""
    return [kind, *(below for child in kind.__subclasses__() for below in _kinds(child))]


def _codes_in(tree: ast.Module) -> list[str]:
    given = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in {"code", "failure"}
    ]
    return [
        node.value for node in given if isinstance(node, ast.Constant) and str(node.value).islower()
    ]


def test_codes_are_found() -> None:
    assert {"work_in_progress", "destroy_failed", "throttled", "still_there"} <= codes()


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_error_code_is_described(code: str) -> None:
    assert says("docs/api.md", code)


def test_every_command_is_described() -> None:
    targets = re.findall(r"^([a-z-]+):.*##", text_of("Makefile"), re.MULTILINE)

    assert "run" in targets
    for target in targets:
        assert re.search(rf"`?make {target}\b", text_of("README.md")), target


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_of_compose_is_described(rule: str) -> None:
    assert f"| `{rule}` | {RULES[rule]} |" in text_of("docs/compose.md")


def test_every_rule_that_is_described_exists() -> None:
    told = set(re.findall(r"^\| `([a-z_]+)` \| [A-Z]", text_of("docs/compose.md"), re.MULTILINE))

    assert told == set(RULES)


def test_every_key_of_compose_has_its_row_and_its_case() -> None:
    row = re.compile(r"^\| `([a-z_]+)` \| [^|]+ \| [^|]+ \| [^|]*\|$", re.MULTILINE)
    rows = row.findall(text_of("docs/compose.md"))

    assert sorted(rows) == sorted({key for key, _, _ in CASES})


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_described(name: str) -> None:
    assert f"| `{name}` |" in text_of("docs/importing.md")


def test_kernel_settings_of_compose_are_described() -> None:
    page = text_of("docs/compose.md")

    for name in {*ULIMITS, *(n for n in SAFE_SYSCTLS if "ipv6" not in n)}:
        assert f"`{name}`" in page


def test_defaults_of_compose_are_described() -> None:
    page = text_of("docs/compose.md")

    for default in (f"{DEFAULT_CPUS} CPU", f"{DEFAULT_MEMORY_MB} MB", f"{DEFAULT_PIDS} processes"):
        assert default in page
    assert f"`restart: {DEFAULT_RESTART}`" in page


@pytest.mark.parametrize("path", machine_files(), ids=lambda path: path.name.split(".")[0])
def test_every_step_of_a_machine_is_drawn(path: Path) -> None:
    page = text_of("docs/architecture.md")
    states = json.loads(path.read_text())["States"]

    for name, state in states.items():
        assert state["Type"] != "Task" or re.search(rf"\b{name}\b", page), name


def test_every_table_and_index_is_described() -> None:
    template = yaml.safe_load(text_of("infra/template/tables.yaml"))["Resources"]
    indexes = {
        index["IndexName"]
        for table in template.values()
        for index in table["Properties"].get("GlobalSecondaryIndexes", ())
    }

    assert set(TABLES) == {name.removesuffix("Table").lower() for name in template}
    for name in {*TABLES, *indexes}:
        assert f"| `{name}` |" in text_of("docs/architecture.md"), name


@each_page
def test_every_path_that_is_named_exists(page: Path) -> None:
    text = page.read_text()
    named = {name for name in NAMED.findall(text) if not NOT_ONE_PLACE.search(name)}

    for name in sorted(named):
        path, _, test = name.partition("::")
        assert (ROOT / path).exists(), name
        assert not test or _has(ROOT / path, test), name
    for link in LINK.findall(text):
        assert "://" in link or (page.parent / link).exists(), link


def threats() -> list[str]:
    """The rows of the tables of threats, without their heads."""
    table = text_of("docs/security.md").split("## Threats")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    return [row for row in rows if not row.startswith("| threat |")]


def test_threats_are_found() -> None:
    assert len(threats()) > 30


@pytest.mark.parametrize("row", threats(), ids=lambda row: row.split("|")[1].strip())
def test_every_threat_names_the_test_that_holds_it(row: str) -> None:
    """That each of them exists is asked above, of every page."""
    shown_by = row.split("|")[3]

    assert re.search(r"`(tests|e2e)/[^`]+\.py::test_\w+`", shown_by), row


@pytest.mark.parametrize("name", RESOURCES)
def test_every_resource_is_a_concept(name: str) -> None:
    one = name.removesuffix("s").replace("_", " ")

    assert f"**{one}" in text_of("docs/concepts.md").lower()


def _has(path: Path, test: str) -> bool:
    return f"def {test}(" in path.read_text()


@each_page
def test_page_keeps_to_a_hundred_columns(page: Path) -> None:
    """Rows of tables and single names cannot be broken; everything else can."""
    lines = enumerate(page.read_text().splitlines(), start=1)

    long = [
        number
        for number, line in lines
        if len(line) > 100 and not line.startswith("|") and " " in line.strip(" -*`.,;")
    ]

    assert _outside_blocks(page, long) == []


def _outside_blocks(page: Path, numbers: list[int]) -> list[int]:
    """Leave out lines between fences: what is shown there is shown as it is."""
    inside, kept = False, []
    for number, line in enumerate(page.read_text().splitlines(), start=1):
        inside ^= line.startswith("```")
        if number in numbers and not inside:
            kept.append(number)
    return kept
