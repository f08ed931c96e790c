"""Makes drafts of texts that tests write, and plans them."""

from __future__ import annotations

import textwrap

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.importing.imported import Imported
from chalicelib.domain.importing.importers import convert
from chalicelib.domain.importing.judging import judge, unresolved
from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import placeholder


def draft_of(form: str, text: str, path: str = "notes.yml") -> Imported:
    """Make the one draft of a text; nothing that it refers to is left undefined."""
    (draft,) = convert(form, {path: textwrap.dedent(text)})
    assert isinstance(draft, Imported), draft
    assert unresolved(draft) == []
    return draft


def plan_of(draft: Imported, **values: str) -> Plan:
    """Plan a draft that is to be planned as it is, with placeholders for what is not given."""
    verdict = judge(draft)
    assert (verdict.error, verdict.refused) == (None, ())
    filled = {one.name: placeholder(one) for one in draft.variables} | values
    return plan_compose(draft.compose_spec, variables=filled)


def dropped(draft: Imported) -> list[tuple[str, int | None]]:
    """List what was dropped, with its lines."""
    return [(one.key, one.line) for one in draft.dropped]
