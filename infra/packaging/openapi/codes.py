"""The closed list of error codes, read from the code that raises them.

A code is an error class's own, or given where one is raised (`Conflict(…, code="in_use")`); the
class tells its status.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from chalicelib.domain import errors
from chalicelib.domain.compose import RULES
from chalicelib.domain.errors import Invalid, ProductError
from infra.packaging.gateway import OWN_ANSWERS
from infra.packaging.registry import discover
from infra.packaging.template import ROOT

AT_THE_GATEWAY = {
    401: {"missing_api_key", "invalid_api_key"},
    403: {"user_suspended"},
    413: {"request_too_large"},
    429: {"rate_limit_exceeded"},
    502: {"upstream_error"},
}
"""What the gateway says by itself."""
FOLDERS = ("chalicelib", "functions")
GIVES_CODES = {"code": "", "failure": "Conflict"}
"""Keywords that give a code; a failure is always told as a conflict."""


@cache
def codes() -> dict[int, frozenset[str]]:
    """Every code that an answer may hold, by its status."""
    found: dict[int, set[str]] = defaultdict(set)
    for kind in kinds().values():
        found[kind.status] |= {kind.code, *kind.codes}
    for status, known in AT_THE_GATEWAY.items():
        found[status] |= known
    for status, code in OWN_ANSWERS.values():
        found[status].add(code)
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for status, code in _given(ast.parse(path.read_text())):
                found[status].add(code)
    found[Invalid.status] |= set(RULES)
    return {status: frozenset(found[status]) for status in sorted(found)}


def kinds() -> dict[str, type[ProductError]]:
    """Every error of the product, by its name; the registry imports all modules that define any."""
    discover()
    found = {kind.__name__: kind for kind in _below(ProductError)}
    return {name: kind for name, kind in found.items() if kind.__module__.startswith("chalicelib")}


def _below(kind: type[ProductError]) -> Iterator[type[ProductError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _below(child)


def _given(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Codes that are given where an error, or a fault of one, is made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node)


def _in_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    for keyword in node.keywords:
        code = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg in GIVES_CODES and isinstance(code, str) and code.islower():
            yield _status(GIVES_CODES[keyword.arg] or name), code
    if name == "Fault" and len(node.args) == 3 and isinstance(node.args[2], ast.Constant):
        yield errors.Invalid.status, str(node.args[2].value)


def _status(name: str) -> int:
    """The status of an error by its name; what is no error by name tells of what was sent."""
    kind = kinds().get(name)
    return kind.status if kind else errors.Invalid.status
