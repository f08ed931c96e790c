"""The lock: every package that is built, tested or shipped with, exact and with its hashes."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from infra.packaging.lock import listed, locked, normal, pins
from infra.packaging.template import LAYERS, ROOT

ASKED = ("requirements.txt", "requirements-dev.txt")
LISTS = [*ASKED, *(f"infra/packaging/layers/{layer}.txt" for layer in LAYERS)]


@pytest.mark.parametrize("path", LISTS)
def test_what_is_asked_for_is_locked_at_that_version(path: str) -> None:
    found = listed(ROOT / path)

    assert found
    assert locked(found).count("==") == len(found)


def test_every_pin_has_hashes_and_nothing_stands_beside_them() -> None:
    text = (ROOT / "requirements.lock").read_text()
    lines = [line for line in text.splitlines() if not line.startswith(("#", "    --hash=sha256:"))]

    assert len(lines) == len(pins())
    assert all(re.fullmatch(r"\S+==\S+ \\", line) for line in lines)


def test_what_is_locked_needs_nothing_that_is_not() -> None:
    known = pins()
    for name in known:
        for text in importlib.metadata.requires(name) or ():
            needed = Requirement(text)
            if not needed.marker or needed.marker.evaluate({"extra": ""}):
                assert normal(needed.name) in known, f"{name} needs {needed.name}"


def test_what_is_locked_is_what_is_tested() -> None:
    for name, pin in pins().items():
        assert pin.partition(" ")[0].endswith(f"=={importlib.metadata.version(name)}")


def test_only_locked_files_are_installed() -> None:
    setup = (ROOT / "infra/local/setup/python").read_text()
    build = (ROOT / "infra/packaging/build.py").read_text()

    assert "--require-hashes -r requirements.lock" in setup
    assert '"--require-hashes", "-r"' in build


@pytest.mark.parametrize("wanted", ["no-such-package", "boto3==0.0.1"])
def test_package_that_is_not_locked_is_refused(wanted: str) -> None:
    with pytest.raises(LookupError, match=f"does not pin {wanted}; run make lock"):
        locked([wanted])


def test_list_names_packages_alone(tmp_path: Path) -> None:
    given = tmp_path / "list.txt"
    given.write_text("# Why.\n-r other.txt\nA_b.c[extra]==1\n\n")

    assert listed(given) == ["A_b.c[extra]==1"]
    assert normal("A_b.c[extra]") == "a-b-c"
