"""Archives whose pieces are written apart."""

from __future__ import annotations

import io
import tarfile

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.tarballs import Member, end, piece

LONG = "apps/" + "a" * 120 + "/compose.yaml"


@given(st.lists(st.lists(st.binary(max_size=2000), max_size=4), max_size=4))
def test_pieces_in_a_row_are_one_archive(contents: list[list[bytes]]) -> None:
    pieces = [
        [Member(f"p{number}/{name}", content) for name, content in enumerate(several)]
        for number, several in enumerate(contents)
    ]

    joined = b"".join(piece(members, at=0) for members in pieces) + end()

    with tarfile.open(fileobj=io.BytesIO(joined), mode="r:gz") as archive:
        found = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    assert found == {one.path: one.content for members in pieces for one in members}


def test_secret_is_readable_for_its_owner_alone_and_long_names_stay_whole() -> None:
    joined = piece([Member(LONG, b"x", secret=True), Member("b", b"y")], at=5) + end()

    with tarfile.open(fileobj=io.BytesIO(joined), mode="r:gz") as archive:
        first, second = archive.getmembers()
    assert (first.name, first.mode, first.mtime) == (LONG, 0o600, 5)
    assert (second.name, second.mode) == ("b", 0o644)


def test_same_files_are_the_same_bytes() -> None:
    assert piece([Member("a", b"x")], at=1) == piece([Member("a", b"x")], at=1)
