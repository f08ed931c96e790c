"""Write the bill of materials of what is shipped, `build/sbom.json`, and list its licences.

It is CycloneDX: the packages of the layers, with the layers that hold each, and those that the web
app is built from. A package whose licence is not allowed fails it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from typing import Any

from infra.packaging import licences, lock
from infra.packaging.template import LAYERS, ROOT

SPEC = "1.6"
PRODUCT = "hoster"
PART = "hoster:part"
"""The property that says which artefact holds a package."""
WEB = "web"
DEVELOPMENT = "cdx:npm:package:development"
"""The property that npm gives to what only builds."""
Json = dict[str, Any]


def main() -> int:
    """Write both files; tell what may not be shipped and end with 1."""
    made = bill()
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    (build / "sbom.json").write_text(json.dumps(made, indent=1, sort_keys=True) + "\n")
    (build / "licences.md").write_text(listed(made["components"]))
    refused = licences.refused(made["components"])
    for name, said in refused.items():
        print(f"{name}: {', '.join(said) or 'names no licence'}", file=sys.stderr)
    print(f"{len(made['components'])} packages in build/sbom.json, licences in build/licences.md")
    return 1 if refused else 0


def bill() -> Json:
    """The bill of materials, the same for the same locks."""
    parts = [_layers(), _web()]
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPEC}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "version": 1,
        "metadata": {"component": {"type": "application", "name": PRODUCT, "bom-ref": PRODUCT}},
        "components": [one for components, _ in parts for one in components],
        "dependencies": [one for _, dependencies in parts for one in dependencies],
    }


def listed(components: list[Json]) -> str:
    """A table of licences: why each may be shipped, and whose it is."""
    whose: dict[str, list[str]] = defaultdict(list)
    for one in components:
        whose[" AND ".join(licences.of(one))].append(f"{one['name']} {one['version']}")
    lines = ["# Licences of what is shipped", "", "| licence | why | packages |", "|---|---|---|"]
    for licence, names in sorted(whose.items()):
        why = licences.ALLOWED.get(licence, "each of those named, or one of those to choose from")
        lines.append(f"| {licence} | {why} | {', '.join(sorted(names))} |")
    return "\n".join(lines) + "\n"


def _layers() -> tuple[list[Json], list[Json]]:
    """The packages that layers hold, as they are installed here."""
    holding: dict[str, list[str]] = defaultdict(list)
    for layer in LAYERS:
        for pin in lock.listed(ROOT / f"infra/packaging/layers/{layer}.txt"):
            holding[lock.normal(pin.partition("==")[0])].append(layer)
    given = ["environment", "--output-reproducible", "--no-validate", "--of", "JSON", "-o", "-"]
    found = _said([sys.executable, "-m", "cyclonedx_py", *given, sys.executable])
    components = [one for one in found["components"] if lock.normal(one["name"]) in holding]
    for one in components:
        layers = holding[lock.normal(one["name"])]
        one["properties"] = [{"name": PART, "value": f"layers/{layer}.zip"} for layer in layers]
    return components, _among(components, found["dependencies"])


def _web() -> tuple[list[Json], list[Json]]:
    """The packages that the web app is built from, as its lock says.

    `--omit dev` would leave out what a package that only builds asks for too, such as React.
    """
    given = ["--sbom-format", "cyclonedx", "--package-lock-only"]
    found = _said(["npm", "sbom", *given, "--prefix", str(ROOT / WEB)])
    components = [one for one in found["components"] if not _only_builds(one)]
    for one in components:
        one["properties"] = [*one.get("properties", ()), {"name": PART, "value": WEB}]
    return components, _among(components, found["dependencies"])


def _only_builds(component: Json) -> bool:
    return any(one["name"] == DEVELOPMENT for one in component.get("properties", ()))


def _among(components: list[Json], dependencies: list[Json]) -> list[Json]:
    """The dependencies between these components."""
    known = {one["bom-ref"] for one in components}
    return [
        {"ref": one["ref"], "dependsOn": sorted(known.intersection(one.get("dependsOn", ())))}
        for one in dependencies
        if one["ref"] in known
    ]


def _said(command: list[str]) -> Json:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr}")
    said: Json = json.loads(done.stdout)
    return said


if __name__ == "__main__":
    sys.exit(main())
