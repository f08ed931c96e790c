"""Planning in one line, for the tests of this folder."""

from __future__ import annotations

import textwrap

import pytest

from chalicelib.domain.compose import ConfigFile, plan_compose
from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.plan import Plan, Service


def plan(text: str, *files: ConfigFile, lenient: bool = False, **variables: str) -> Plan:
    """Plan an indented text."""
    return plan_compose(
        textwrap.dedent(text), variables=variables, config_files=files, lenient=lenient
    )


def refused(text: str, *files: ConfigFile, **variables: str) -> InvalidPlan:
    """Plan a text that cannot run and return why."""
    with pytest.raises(InvalidPlan) as caught:
        plan(text, *files, **variables)
    return caught.value


def web(lines: str) -> str:
    """Write a compose text with one service, `web`, whose own lines begin at line 4."""
    head = "services:\n  web:\n    image: nginx:alpine\n"
    return head + textwrap.indent(textwrap.dedent(lines), "    ")


def service(lines: str, *files: ConfigFile, **variables: str) -> Service:
    """Plan a text of one service, `web`, that says these lines beside its image."""
    (only,) = plan(web(lines), *files, **variables).services
    return only


def service_refused(lines: str, *files: ConfigFile, **variables: str) -> InvalidPlan:
    """Plan a text of one service that cannot run and return why."""
    return refused(web(lines), *files, **variables)
