"""Folders that are no templates, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.seed.folder import BadFolder, read, read_all

GOOD = """\
name: A Small App
version: 1.0.0
description: Says hello to whoever asks for it.
category: web
tags: [hello]
price_monthly_cents: 0
disk_mb: 64
route: {service: web, port: 80}
"""


def written(folder: Path, **changed: str) -> Path:
    """A template's folder; `template` is the text of its metadata."""
    place = folder / "a-small-app"
    place.mkdir()
    texts = {"template": GOOD, "compose": "services: {}\n", "README": "# Hello\n"} | changed
    endings = {"template": "yaml", "compose": "yaml", "README": "md"}
    for name, text in texts.items():
        (place / f"{name}.{endings[name]}").write_text(text)
    return place


def test_folder_becomes_what_the_api_takes(tmp_path: Path) -> None:
    notes = "notes: Open it at once.\nfiles: [{path: /etc/hello.txt, file: README.md}]\n"
    written(tmp_path, template=GOOD + notes)

    [seed] = read_all(tmp_path)

    assert seed.slug == "a-small-app"
    assert seed.attributes["resources_disk_mb"] == 64
    assert seed.attributes["readme"] == "# Hello\n\n## After the start\n\nOpen it at once.\n"
    [file] = seed.attributes["config_files"]
    assert file == {
        "name": "hello.txt",
        "path": "/etc/hello.txt",
        "content": "# Hello\n",
        "mode": "0644",
    }


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("version: 1.0.0", "version: '1.0'"), "a version is like 1.2.3"),
        (("version: 1.0.0\n", ""), "version\n  Field required"),
        (("disk_mb: 64", "disk_mb: 64\nicon: x"), "icon\n  Extra inputs"),
        (("port: 80", "port: 0"), "greater than or equal to 1"),
        (("A Small App", "Another App"), "the folder of Another App is called another-app"),
        (("tags: [hello]", "tags: ["), "expected"),
        (("disk_mb: 64", "disk_mb: 64\nfiles: [{path: /a, file: b}]"), "a-small-app/b: this is no"),
        (("disk_mb: 64", "disk_mb: 64\nfiles: [{path: /a, file: ../b}]"), "leads out of"),
    ],
)
def test_folder_that_is_no_template_is_told_with_its_name(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    folder = written(tmp_path, template=GOOD.replace(*change))

    with pytest.raises(BadFolder) as caught:
        read(folder)

    assert str(caught.value).startswith("a-small-app")
    assert says in str(caught.value)


def test_text_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "compose.yaml").unlink()

    with pytest.raises(BadFolder, match=r"a-small-app/compose\.yaml: this is no UTF-8 text"):
        read(folder)
