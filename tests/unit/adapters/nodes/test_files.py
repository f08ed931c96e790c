"""Managed files travel as one archive."""

from __future__ import annotations

import io
import tarfile

from chalicelib.adapters.nodes import files
from chalicelib.domain.names_on_node import file_name
from chalicelib.domain.plan import ManagedFile


def test_archive_holds_contents_modes_and_safe_names() -> None:
    page, outside = ManagedFile("page", "hé", 0o604), ManagedFile("../../etc/passwd", "x")
    packed = files.pack([page, outside])

    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        entries = {one.name: one for one in archive.getmembers()}
        assert set(entries) == {file_name(page), file_name(outside)}
        assert (entries[file_name(page)].mode, entries[file_name(page)].uid) == (0o604, 0)
        assert archive.extractfile(file_name(page)).read() == "hé".encode()  # type: ignore[union-attr]


def test_names_that_are_no_plain_names_become_hashes() -> None:
    assert file_name(ManagedFile("nginx.conf", "")).startswith("nginx.conf.")
    odd = [ManagedFile(key, "") for key in ("", ".hidden", "a/b", "-rf", "x" * 200)]
    assert {file_name(file)[0] for file in odd} == {"~"}
