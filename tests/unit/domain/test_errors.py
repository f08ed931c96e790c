"""The product's errors."""

from __future__ import annotations

import re

import pytest

from chalicelib.domain import errors
from chalicelib.domain.errors import BadRequest, Fault, Invalid, InvalidPlan, ProductError

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ProductError) and kind is not ProductError
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_error_has_a_code_a_status_a_title_and_a_sentence(kind: type[ProductError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert 400 <= kind.status < 600
    assert kind.title
    assert (kind.__doc__ or "").strip().endswith((".", "it is."))
    assert not kind.__name__.endswith(("Error", "Exception"))


def test_codes_are_distinct() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_error_tells_its_detail_and_may_have_a_code_of_its_own() -> None:
    plain = errors.Conflict("Busy.")
    named = errors.Conflict("Busy.", code="work_in_progress", pointer="/data/id")

    assert (str(plain), plain.error_code, plain.pointer) == ("Busy.", "conflict", None)
    assert (named.error_code, named.pointer) == ("work_in_progress", "/data/id")
    assert named.code == "conflict"


def test_bad_request_names_its_parameter() -> None:
    error = BadRequest("No.", code="unknown_query", parameter="page[offset]")

    assert (error.error_code, error.parameter, error.pointer) == (
        *("unknown_query", "page[offset]", None),
    )


def test_invalid_holds_every_fault() -> None:
    faults = (Fault("/data/attributes/a", "A."), Fault("/data/attributes/b", "B.", "required"))

    error = Invalid(faults)

    assert error.faults == faults
    assert str(error) == "A.; B."


def test_method_not_allowed_names_what_is() -> None:
    error = errors.MethodNotAllowed("No.", allowed=("GET", "PATCH"))

    assert (error.status, error.allowed) == (405, ("GET", "PATCH"))


@pytest.mark.parametrize(("line", "detail"), [(3, "line 3: no"), (None, "no"), (0, "no")])
def test_invalid_plan_tells_its_line(line: int | None, detail: str) -> None:
    error = InvalidPlan("no", rule="build", line=line)

    assert (error.detail, error.rule, error.line) == (detail, "build", line)
