"""Which licences a shipped package may have, and what its licence is.

Hoster runs as a service and is installed by its owner from source: nothing here may ask that what
it stands beside is published under its own terms.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from license_expression import ExpressionError, LicenseSymbol, get_spdx_licensing

ALLOWED = {
    "0BSD": "permissive",
    "Apache-2.0": "permissive; notices are kept in the packages",
    "BSD-2-Clause": "permissive",
    "BSD-3-Clause": "permissive",
    "ISC": "permissive",
    "MIT": "permissive",
    "MIT-0": "permissive",
    "MIT-CMU": "permissive",
    "PSF-2.0": "permissive",
    "Python-2.0": "permissive",
    "Unlicense": "public domain",
    "OFL-1.1": "fonts, not sold by themselves",
    "MPL-2.0": "asks for its own files alone, which are shipped as they are",
    "LGPL-2.1-only": "a library that is imported as it is and can be replaced in its layer",
    "LGPL-3.0-only": "a library that is imported as it is and can be replaced in its layer",
}
"""Each licence that a package in a layer or in the web app may have, by its SPDX name, and why."""
SPELT = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "LGPL-2.1": "LGPL-2.1-only",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
"""What packages that name no SPDX licence say instead."""
_PREFIX = "License :: OSI Approved :: "
_LICENSING = get_spdx_licensing()


def of(component: dict[str, Any]) -> tuple[str, ...]:
    """The licences of a component of a bill of materials, each once, as SPDX says them."""
    found = []
    for one in component.get("licenses", ()):
        named = one.get("license", {})
        said = one.get("expression") or named.get("id") or named.get("name", "")
        said = said.removeprefix(_PREFIX)
        found.append(SPELT.get(said, said))
    return tuple(dict.fromkeys(found))


def refused(components: Iterable[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The components that name no licence, or one that is not allowed, and what they say."""
    said = {f"{one['name']} {one['version']}": of(one) for one in components}
    return {
        name: given for name, given in said.items() if not given or not all(map(is_allowed, given))
    }


def is_allowed(expression: str) -> bool:
    """Tell whether an SPDX expression leaves a choice that is allowed."""
    try:
        parsed = _LICENSING.parse(expression, validate=True, strict=True)
    except ExpressionError:
        return False
    return _holds(parsed)


def _holds(parsed: Any) -> bool:
    if isinstance(parsed, LicenseSymbol):
        return parsed.key in ALLOWED
    if isinstance(parsed, _LICENSING.OR):
        return any(_holds(one) for one in parsed.args)
    return isinstance(parsed, _LICENSING.AND) and all(_holds(one) for one in parsed.args)
