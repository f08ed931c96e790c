"""What becomes of a deployment's variables when some are changed, or the template's are others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from chalicelib.domain.variables import Definition, resolve


def carried(
    definitions: Sequence[Definition],
    given: Mapping[str, object],
    *,
    plain: Mapping[str, str],
    secrets: Set[str],
    generate: Callable[[Definition], str],
) -> tuple[dict[str, str], frozenset[str]]:
    """Decide every variable's value: the given one, else the present one, else as for a new app.

    A token whose signing variable is given is made anew.

    `plain` holds the present values and `secrets` the names of those that cannot be read. Null
    gives a value up. Returns the values, and the names of secrets that stay as they are. Raises
    `Invalid` with every fault, present values that do not fit any more among them.
    """
    stay = frozenset(
        one.name
        for one in definitions
        if one.is_secret and one.name in secrets and one.name not in given
        if not _is_signed_anew(one, given)
    )
    known = [one for one in definitions if one.name not in stay]
    present = {
        one.name: plain[one.name]
        for one in known
        if one.name in plain and not _is_signed_anew(one, given)
    }
    return resolve(known, {**present, **given}, generate), stay


def _is_signed_anew(definition: Definition, given: Mapping[str, object]) -> bool:
    generator = definition.generator
    return generator is not None and definition.is_signed and generator.secret in given
