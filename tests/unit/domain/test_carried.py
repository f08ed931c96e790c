"""Values that stay, change, go back or appear when a deployment is redeployed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.carried import carried
from chalicelib.domain.errors import Invalid
from chalicelib.domain.variables import Definition, Generator

NAMES = st.sampled_from("ABCDE")
KINDS = {
    "plain": Definition,
    "default": lambda name: Definition(name, default="d"),
    "secret": lambda name: Definition(name, type="secret"),
    "generated": lambda name: Definition(name, type="secret", generator=Generator()),
}
DEFINITIONS = st.dictionaries(NAMES, st.sampled_from(sorted(KINDS))).map(
    lambda kinds: tuple(KINDS[kind](name) for name, kind in kinds.items())
)
VALUES = st.dictionaries(NAMES, st.text("xyz", min_size=1))


def made(definition: Definition) -> str:
    return f"made-{definition.name}"


@given(DEFINITIONS, DEFINITIONS, VALUES)
def test_what_is_not_named_stays_and_what_is_new_is_as_for_a_new_app(before, after, values) -> None:
    plain = {d.name: values.get(d.name, "d") for d in before if not d.is_secret}
    secrets = {d.name for d in before if d.is_secret}

    found, stay = carried(after, {}, plain=plain, secrets=secrets, generate=made)

    hidden = {d.name for d in after if d.is_secret}
    assert stay == hidden & secrets
    assert not stay & found.keys()
    for definition in after:
        name = definition.name
        if name in plain:
            assert found[name] == plain[name]
        elif name not in stay:
            new = made(definition) if definition.generator else definition.default
            assert found.get(name) == new


@given(DEFINITIONS, VALUES)
def test_what_is_named_changes_and_null_gives_it_up(definitions, values) -> None:
    known = {d.name for d in definitions}
    plain = {d.name: "old" for d in definitions if not d.is_secret}
    secrets = {d.name for d in definitions if d.is_secret}
    sent = {name: value for name, value in values.items() if name in known}

    found, stay = carried(definitions, sent, plain=plain, secrets=secrets, generate=made)
    given_up, none = carried(
        definitions, dict.fromkeys(known), plain=plain, secrets=secrets, generate=made
    )

    assert {name: found[name] for name in sent} == sent
    assert stay == secrets - sent.keys()
    assert not none
    assert "old" not in given_up.values()


def test_secret_that_is_none_any_more_cannot_be_read_and_is_as_new() -> None:
    definition = Definition("KEY", required=True)

    with pytest.raises(Invalid, match="KEY needs a value"):
        carried((definition,), {}, plain={}, secrets={"KEY"}, generate=made)
