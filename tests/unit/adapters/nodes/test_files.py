"""Managed files travel as one archive."""

from __future__ import annotations

import io
import tarfile

from chalicelib.adapters.nodes import files
from chalicelib.domain.names_on_node import file_name
from chalicelib.domain.plan import ManagedFile


def test_archive_holds_contents_modes_and_safe_names() -> None:
    packed = files.pack([ManagedFile("page", "hé", 0o604), ManagedFile("../../etc/passwd", "x")])

    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        entries = {one.name: one for one in archive.getmembers()}
        assert set(entries) == {"page", file_name("../../etc/passwd")}
        assert (entries["page"].mode, entries["page"].uid) == (0o604, 0)
        assert archive.extractfile("page").read() == "hé".encode()  # type: ignore[union-attr]


def test_names_that_are_no_plain_names_become_hashes() -> None:
    assert file_name("nginx.conf") == "nginx.conf"
    assert {file_name(key)[0] for key in ("", ".hidden", "a/b", "-rf", "x" * 200)} == {"~"}
