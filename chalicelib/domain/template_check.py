"""Checks what a version of a template holds: its variables, then what its compose text plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import Fault, Invalid, InvalidPlan
from chalicelib.domain.host_ports import too_many_ports
from chalicelib.domain.variables import Definition, parse_definitions

if TYPE_CHECKING:
    from chalicelib.domain.compose import ConfigFile
    from chalicelib.domain.plan import Plan

PLACEHOLDERS = {"integer": "1", "boolean": "true", "domain": "app.example.com"}
COMPOSE = "/data/attributes/compose_spec"


def check_version(
    compose_spec: str, variables: Sequence[Mapping[str, Any]], files: Sequence[ConfigFile]
) -> Plan:
    """Plan a version with placeholders, so that one that cannot run is refused.

    Raises `Invalid` with every fault of the variables, and with every refusal of the compose text
    or its first mistake, each with its line.
    """
    # Every function knows the resources; few plan, and the planner takes its time to import.
    from chalicelib.domain.compose import plan_compose

    faults: tuple[Fault, ...] = ()
    values: Mapping[str, str] = AnyName()
    try:
        values = {d.name: placeholder(d) for d in parse_definitions(variables)}
    except Invalid as error:
        faults = error.faults
    try:
        plan = plan_compose(compose_spec, variables=values, config_files=files)
    except InvalidPlan as error:
        told = _refusals(error, compose_spec, values, files) or [error]
        raise Invalid((*faults, *map(_fault, told))) from error
    refusal = too_many_ports(plan)
    if refusal:
        faults += (Fault(COMPOSE, refusal, "too_many_ports"),)
    if faults:
        raise Invalid(faults)
    return plan


def _refusals(
    met: InvalidPlan, text: str, values: Mapping[str, str], files: Sequence[ConfigFile]
) -> list[InvalidPlan]:
    """Every refusal of a text that met one; none when it met a mistake."""
    from chalicelib.domain.compose import compose_refusals
    from chalicelib.domain.compose.rules import Refused, fault

    if met.rule not in {rule.code for rule in Refused}:
        return []
    every = compose_refusals(text, variables=values, config_files=files)
    return [fault(one.rule, one.reason, one.line) for one in every]


def _fault(error: InvalidPlan) -> Fault:
    return Fault(COMPOSE, error.detail, error.rule, error.line)


def faults_of(
    compose_spec: str | None, variables: Sequence[Mapping[str, Any]], files: Sequence[ConfigFile]
) -> tuple[Fault, ...]:
    """What is wrong with a version, or with its variables alone when there is no compose text."""
    try:
        if compose_spec is None:
            parse_definitions(variables)
        else:
            check_version(compose_spec, variables, files)
    except Invalid as error:
        return error.faults
    return ()


def config_files(stored: Sequence[Mapping[str, Any]]) -> tuple[ConfigFile, ...]:
    """Read stored config files; modes are octal text."""
    from chalicelib.domain.compose import ConfigFile

    return tuple(
        ConfigFile(name=f["name"], path=f["path"], content=f["content"], mode=int(f["mode"], 8))
        for f in stored
    )


def placeholder(definition: Definition) -> str:
    """A value that fits a variable, to plan with before anybody chose one."""
    if definition.default is not None:
        return str(definition.default)
    if definition.options:
        return str(definition.options[0])
    return PLACEHOLDERS.get(definition.type, "placeholder")


class AnyName(Mapping[str, str]):
    """A value for every name, to plan with where the definitions are faulty themselves."""

    def __getitem__(self, name: str) -> str:
        """Give the placeholder."""
        return "1"

    def __iter__(self) -> Iterator[str]:
        """Name none: there is no end of them."""
        return iter(())

    def __len__(self) -> int:
        """Count none."""
        return 0

    def __contains__(self, _name: object) -> bool:
        """Have each."""
        return True
