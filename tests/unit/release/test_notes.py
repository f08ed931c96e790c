"""Notes of a release are what the changelog says of it."""

from __future__ import annotations

import pytest

from infra.release.__main__ import CHANGELOG, notes

TEXT = """# Changelog

## Unreleased

Nothing is released yet.

### Added

- One.

### Fixed

- Two.
### Added

- Three, on
  two lines.

## [1.2.0] - 2026-11-30

### Changed

- Four.

## 1.1.0
"""


def test_unreleased_tells_each_topic_once() -> None:
    assert notes(TEXT) == ("### Added\n\n- One.\n- Three, on\n  two lines.\n\n### Fixed\n\n- Two.")


def test_version_tells_its_own_section() -> None:
    assert notes(TEXT, "1.2.0") == "### Changed\n\n- Four."


@pytest.mark.parametrize("version", ["1.1.0", "1.2", "9.0.0"])
def test_version_of_which_nothing_is_told_is_refused(version: str) -> None:
    with pytest.raises(LookupError, match=f"tells nothing of {version}"):
        notes(TEXT, version)


def test_changelog_can_be_read() -> None:
    assert notes(CHANGELOG.read_text()).startswith("### ")
