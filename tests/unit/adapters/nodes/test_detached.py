"""The scripts of detached work, as strings that nothing unquoted can enter."""

from __future__ import annotations

import pytest

from chalicelib.adapters.nodes import detached


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a b", "$(x)", "a;b", "x" * 101])
def test_only_plain_names_make_a_folder(name: str) -> None:
    with pytest.raises(ValueError, match="not a plain name"):
        detached.folder("jobs", name)


def test_folder_lies_under_the_products_own() -> None:
    assert detached.folder("jobs", "prov_12.install-1") == "/var/lib/hoster/jobs/prov_12.install-1"


@pytest.mark.parametrize(
    ("answer", "progress"),
    [
        ("absent\n", detached.Progress("absent", None, "")),
        ("running\nhalf", detached.Progress("running", None, "half")),
        ("lost\nhalf", detached.Progress("lost", None, "half")),
        ("ended 0\na\nb\n", detached.Progress("ended", 0, "a\nb\n")),
        ("ended 137\n", detached.Progress("ended", 137, "")),
    ],
)
def test_answer_is_read(answer: str, progress: detached.Progress) -> None:
    assert detached.read(answer) == progress
