"""Brings templates into a catalogue through the API, as the account that owns them there.

Loading twice changes nothing. Of a template that is there, only a higher version of its files is
added; name, description, category, tags and price are its owner's from the first loading on, and
so is whether it is published. What runs keeps the version that it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from chalicelib.domain.semver import precedence
from infra.local.journey.client import Json, Refused
from infra.seed.folder import Seed

Done = Literal["made", "published", "version", "unchanged", "kept", "failed"]


@dataclass(frozen=True)
class Outcome:
    """What became of one template."""

    slug: str
    version: str
    done: Done
    detail: str = ""


class Caller(Protocol):
    """An account's calls of the API, as `infra.local.journey.client.Account` has them."""

    def call(self, method: str, path: str, attributes: Json | None = None, kind: str = "") -> Json:
        """Do one call. Raises `Refused`."""

    def all(self, resource: str, query: str = "") -> list[Json]:
        """Read every record of a list."""


def load(account: Caller, seeds: Iterable[Seed]) -> Iterator[Outcome]:
    """Load each template; what the API refuses is told, and the others go on."""
    mine = {one["attributes"]["slug"]: one for one in account.all("templates", "?scope=mine")}
    for seed in seeds:
        try:
            done, detail = _loaded(account, seed, mine)
        except Refused as refusal:
            done, detail = "failed", refusal.detail
        yield Outcome(seed.slug, seed.template.version, done, detail)


def _loaded(account: Caller, seed: Seed, mine: Mapping[str, Json]) -> tuple[Done, str]:
    known = mine.get(seed.slug)
    if known is None:
        made = account.call("POST", "/templates", seed.attributes, "templates")["data"]
        account.call("POST", f"/templates/{made['id']}/publish")
        return "made", ""
    path, here, ours = f"/templates/{known['id']}", known["attributes"], seed.template.version
    if precedence(here["version"]) < precedence(ours):
        account.call("POST", f"{path}/versions", seed.parts, "template_versions")
        return "version", f"{here['version']} before"
    if here["version"] != ours:
        return "kept", f"{here['version']} is there, which is higher"
    return _same(account, seed, path, is_published=here["published"])


def _same(account: Caller, seed: Seed, path: str, *, is_published: bool) -> tuple[Done, str]:
    """Compare a version that is there with its files, and finish what was not published."""
    found = account.call("GET", f"{path}/versions/{seed.template.version}")["data"]["attributes"]
    differing = [name for name in seed.parts if not _equal(found[name], seed.parts[name])]
    if differing:
        detail = f"{', '.join(differing)} differ from the files: raise the version there"
        return "failed", detail
    if not is_published and not found["released"]:
        account.call("POST", f"{path}/publish")
        return "published", ""
    return "unchanged", ""


def _equal(one: object, other: object) -> bool:
    """Whether two parts are the same; what is empty may be left out."""
    return json.dumps(one or None, sort_keys=True) == json.dumps(other or None, sort_keys=True)
