"""The catalogues that the importers are developed with, where they lie beside the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.domain.importing.imported import Imported
from chalicelib.domain.importing.importers import FORMATS, converted
from chalicelib.domain.importing.judging import unresolved
from infra.catalogue.imported import report_of, texts_below

CATALOGUES = Path(__file__).parents[4] / "shared" / "catalogues"
_HEADER = re.compile(r"^# *port: *\"?([0-9]+)", re.MULTILINE)
_STATED = re.compile(r"containerHttpPort: *['\"]?([0-9]+)")
_LEFT = re.compile(r"\$\$cap_|srv-captain--|\$\{?SERVICE_(?:URL|FQDN)_")


@pytest.mark.parametrize(("name", "stated"), [("coolify", _HEADER), ("caprover", _STATED)])
def test_catalogue_becomes_drafts(name: str, stated: re.Pattern[str]) -> None:
    root = CATALOGUES / name
    if not root.is_dir():
        pytest.skip(f"The catalogue of {name} does not lie beside the project.")
    files, form = texts_below(root), FORMATS[name]
    units = list(form.units(files))
    outcomes = [(path, one) for path, unit in units for one in converted(form, path, unit)]

    drafts = [(path, one) for path, one in outcomes if isinstance(one, Imported)]
    reports = [report_of(one, name, path) for path, one in outcomes]
    with_port = [(one, stated.findall(files[path])) for path, one in drafts]
    with_port = [(one, ports) for one, ports in with_port if ports and one.routes]
    right = [one for one, ports in with_port if str(one.routes[0].port) in ports]

    assert len(units) > 300
    assert sum(report.parsed for report in reports) >= 0.95 * len(units)
    assert sum(report.converted for report in reports) >= 0.9 * len(units)
    assert len(right) >= 0.98 * len(with_port)
    assert [path for path, one in drafts if unresolved(one)] == []
    assert [path for path, one in drafts if _LEFT.search(one.compose_spec)] == []
