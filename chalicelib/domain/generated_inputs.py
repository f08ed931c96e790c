"""Values for every variable of a template that needs one, made up where nobody is there to ask."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.errors import Fault, Invalid
from chalicelib.domain.variables import Definition, check_value

CANDIDATES: dict[str, tuple[str, ...]] = {
    "string": ("example", "Example1", "admin@example.com", "app.example.com", "1", "8080", "UTC"),
    "secret": ("Example-Passw0rd-1234567890", "ExamplePassw0rd1234567890", "0123456789abcdef" * 2),
    "integer": ("1", "8", "10", "100", "1000", "8080"),
    "boolean": ("false", "true"),
    "domain": ("app.example.com",),
}
"""What is tried of each type, in this order, until one fits the creator's pattern."""


def inputs_for(definitions: Iterable[Definition]) -> dict[str, str]:
    """Make up what a deployer would have to give; defaults and generators do the rest.

    Raises `Invalid` with a fault for each variable whose pattern nothing fits.
    """
    made: dict[str, str] = {}
    faults: list[Fault] = []
    for definition in definitions:
        if not _is_asked(definition):
            continue
        fitting = (value for value in _candidates(definition) if _fits(definition, value))
        value = next(fitting, None)
        if value is None:
            detail = (
                f"No value could be made up for {definition.label or definition.name}."
                " Give it a default or a generator, and try again."
            )
            faults.append(Fault("/data/attributes", detail, "needs_a_value"))
        else:
            made[definition.name] = value
    if faults:
        raise Invalid(tuple(faults))
    return made


def _is_asked(definition: Definition) -> bool:
    """Whether a deployment without a value is refused."""
    has_none = definition.generator is None and not definition.default
    return definition.required and has_none


def _candidates(definition: Definition) -> tuple[str, ...]:
    return definition.options if definition.type == "enum" else CANDIDATES[definition.type]


def _fits(definition: Definition, value: str) -> bool:
    try:
        check_value(definition, value)
    except ValueError:
        return False
    return True
