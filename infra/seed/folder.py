"""Reads templates as files: each folder holds `template.yaml`, `compose.yaml` and `README.md`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chalicelib.domain.slugs import slug_from
from chalicelib.resources.templates import OF_VERSION
from infra.seed.format import File, Template

FOLDER = Path(__file__).parent / "templates"
SCHEMA = Path(__file__).parent / "template.schema.json"
LISTING = ("name", "description", "category", "tags", "price_monthly_cents")


class BadFolder(ValueError):
    """A folder that is no template; the message names the file and what is wrong with it."""


@dataclass(frozen=True)
class Seed:
    """One template, as the API takes it."""

    template: Template
    attributes: dict[str, Any]

    @property
    def slug(self) -> str:
        """What it is called in addresses, and its folder."""
        return slug_from(self.template.name)

    @property
    def parts(self) -> dict[str, Any]:
        """What its version is made of."""
        return {name: self.attributes[name] for name in OF_VERSION}


def read_all(folder: Path = FOLDER) -> tuple[Seed, ...]:
    """Read every template below a folder, by slug. Raises `BadFolder`."""
    return tuple(read(path.parent) for path in sorted(folder.glob("*/template.yaml")))


def read(folder: Path) -> Seed:
    """Read one template. Raises `BadFolder`."""
    try:
        template = Template.model_validate(yaml.safe_load(_text(folder, "template.yaml")))
    except (ValidationError, yaml.YAMLError) as error:
        message = f"{folder.name}/template.yaml: {error}"
        raise BadFolder(message) from error
    seed = Seed(template, _attributes(folder, template))
    if seed.slug != folder.name:
        message = f"{folder.name}: the folder of {template.name} is called {seed.slug}"
        raise BadFolder(message)
    return seed


def _attributes(folder: Path, template: Template) -> dict[str, Any]:
    said = template.model_dump(mode="json")
    variables = template.model_dump(mode="json", exclude_unset=True).get("variables", [])
    return {
        **{name: said[name] for name in LISTING},
        "version": template.version,
        "resources_disk_mb": template.disk_mb,
        "required_capabilities": template.required_capabilities,
        "variables": variables,
        "config_files": [_file(folder, file) for file in template.files],
        "compose_spec": _text(folder, "compose.yaml"),
        "readme": _readme(folder, template),
    }


def _file(folder: Path, file: File) -> dict[str, str]:
    content = _text(folder, file.file)
    return {"name": Path(file.path).name, "path": file.path, "content": content, "mode": file.mode}


def _readme(folder: Path, template: Template) -> str:
    text = _text(folder, "README.md")
    notes = template.notes.strip()
    return f"{text}\n## After the start\n\n{notes}\n" if notes else text


def _text(folder: Path, name: str) -> str:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        message = f"{folder.name}/{name}: this leads out of the folder"
        raise BadFolder(message)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{folder.name}/{name}: this is no UTF-8 text that can be read"
        raise BadFolder(message) from error
