"""Archives fetched by command from a bucket that breaks off, forgets and lies, and opened."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from hoster_cli import archives
from tests.cli.conftest import Command
from tests.local.serving import serving

SECRET = "never-shown-passphrase"
BACKUP = "bkp_0123456789abcdef"
OPENS = "openssl enc -d -aes-256-ctr -pbkdf2 -pass file:passphrase.txt -in {file}"
BREAKS = 7
"""So many bytes come of an answer that breaks off."""


@dataclass
class Bucket:
    """An API and the bucket that it leads to."""

    files: dict[str, bytes] = field(default_factory=dict)
    opened_by: dict[str, str] = field(default_factory=dict)
    breaks: int = 0
    """How many answers break off."""
    refuses: int = 0
    """How many links are refused."""
    offers: int = 0
    asked: list[Request] = field(default_factory=list)
    url: str = ""

    async def backup(self, _request: Request) -> Response:
        return JSONResponse({"data": {"type": "backups", "id": BACKUP, "attributes": {}}})

    async def offer(self, _request: Request) -> Response:
        self.offers += 1
        found = [self.link(file) for file in self.files]
        # A repeated answer has no passphrase.
        given = {"archives": found, "passphrase": SECRET if self.offers > 1 else None}
        data = {"type": "backup-downloads", "id": BACKUP, "attributes": given}
        return JSONResponse({"data": data})

    def link(self, file: str) -> dict[str, Any]:
        content = self.files[file]
        return {
            "volume": file.partition(".")[0],
            "file": file,
            "url": f"{self.url}/bucket/{file}",
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "opened_by": self.opened_by[file],
        }

    async def get(self, request: Request) -> Response:
        self.asked.append(request)
        content = self.files[request.path_params["file"]]
        if self.refuses:
            self.refuses -= 1
            return Response(status_code=403)
        start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
        rest = content[start:]
        headers = {"Content-Length": str(len(rest))}
        if not self.breaks:
            return Response(rest, 206, headers)
        self.breaks -= 1

        async def part() -> Any:
            yield rest[:BREAKS]

        # What was promised never comes: the server gives the connection up.
        return StreamingResponse(part(), 206, headers)

    def has(self, file: str, content: bytes, opened_by: str = " | tar -xz") -> None:
        self.files[file] = content
        self.opened_by[file] = OPENS.format(file=file) + opened_by


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    made = Bucket()
    routes = [
        Route(f"/api/v1/backups/{BACKUP}", made.backup),
        Route(f"/api/v1/backups/{BACKUP}/download", made.offer, methods=["POST"]),
        Route("/bucket/{file}", made.get),
    ]
    monkeypatch.setattr(archives, "PAUSES", (0.0, 0.0))
    with serving(Starlette(routes=routes)) as made.url:
        monkeypatch.setenv("HOSTER_URL", made.url)
        monkeypatch.setenv("HOSTER_TOKEN", "t0ken")
        yield made


def packed(folder: Path, name: str, text: str) -> bytes:
    """A file as a server sends it: packed and encrypted."""
    (folder / name).write_text(text)
    command = ["openssl", "enc", "-aes-256-ctr", "-pbkdf2", "-pass", f"pass:{SECRET}"]
    tar = subprocess.run(["tar", "-cz", name], cwd=folder, capture_output=True, check=True).stdout
    return subprocess.run(command, input=tar, capture_output=True, check=True).stdout


def test_archives_are_fetched_proven_and_opened(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("data.tar.gz.enc", packed(tmp_path, "row.txt", "a row"))
    bucket.has("logs.tar.gz.enc", packed(tmp_path, "log.txt", "a line"))
    place = tmp_path / "saved"

    said = bare("backups", "download", BACKUP, "-o", str(place), "--open")

    assert said.status == 0, said.err
    assert (place / "data/row.txt").read_text() == "a row"
    assert (place / "logs/log.txt").read_text() == "a line"
    assert said.out == f"{place}\n"
    assert SECRET not in said.out + said.err
    assert (place / "passphrase.txt").stat().st_mode & 0o777 == 0o600
    assert all("Authorization" not in one.headers for one in bucket.asked)


def test_what_is_not_opened_is_told_how(bare: Command, bucket: Bucket, tmp_path: Path) -> None:
    bucket.has("data.tar.gz.enc", packed(tmp_path, "row.txt", "a row"))
    place = tmp_path / "saved"

    said = bare("backups", "download", BACKUP, "-o", str(place))

    told = (place / "how-to-open.txt").read_text()
    assert told.strip() in said.err
    subprocess.run(["sh", "-c", told], cwd=place, check=True)
    assert (place / "row.txt").read_text() == "a row"


def test_dump_becomes_a_file(bare: Command, bucket: Bucket, tmp_path: Path) -> None:
    command = ["openssl", "enc", "-aes-256-ctr", "-pbkdf2", "-pass", f"pass:{SECRET}"]
    zipped = subprocess.run(["gzip"], input=b"CREATE", capture_output=True, check=True).stdout
    sent = subprocess.run(command, input=zipped, capture_output=True, check=True).stdout
    bucket.has("db.dump.gz.enc", sent, " | gunzip >db.dump")
    place = tmp_path / "saved"

    said = bare("backups", "download", BACKUP, "-o", str(place), "--open")

    assert said.status == 0, said.err
    assert (place / "db.dump").read_bytes() == b"CREATE"


def test_what_breaks_off_goes_on_where_it_was(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)
    bucket.breaks = 3

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path / "saved"))

    assert said.status == 0, said.err
    ranges = [one.headers["Range"] for one in bucket.asked]
    assert ranges == ["bytes=0-", "bytes=7-", "bytes=14-", "bytes=21-"]


def test_next_command_goes_on_with_what_is_there(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)
    place = tmp_path / "saved"
    place.mkdir()
    (place / "data.tar.gz.enc.part").write_bytes(b"x" * 12)

    said = bare("backups", "download", BACKUP, "-o", str(place))
    again = bare("backups", "download", BACKUP, "-o", str(place))

    assert (said.status, again.status) == (0, 0)
    assert [one.headers["Range"] for one in bucket.asked] == ["bytes=12-"]
    assert "was here already" in again.err


def test_link_that_is_over_is_asked_for_anew(bare: Command, bucket: Bucket, tmp_path: Path) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)
    bucket.refuses = 1

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path / "saved"))

    assert said.status == 0, said.err
    assert bucket.offers == 3  # without a passphrase, with it, anew


def test_link_that_stays_refused_ends_the_command(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)
    bucket.refuses = 99

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path / "saved"))

    assert said.status == 5
    assert "The link is refused: 403." in said.err


def test_archive_that_is_another_gets_no_name(
    bare: Command, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)
    real = Bucket.link
    monkeypatch.setattr(Bucket, "link", lambda s, f: {**real(s, f), "sha256": "0" * 64})
    place = tmp_path / "saved"

    said = bare("backups", "download", BACKUP, "-o", str(place))

    assert said.status == 5
    assert "does not have the sum that it should" in said.err
    assert sorted(one.name for one in place.iterdir()) == ["how-to-open.txt", "passphrase.txt"]


def test_folder_of_another_backup_is_left_alone(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)
    (tmp_path / "passphrase.txt").write_text("another\n")

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path))

    assert said.status == 2
    assert "holds another backup" in said.err
    assert (tmp_path / "passphrase.txt").read_text() == "another\n"


def test_file_of_that_name_is_not_written_over(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)
    (tmp_path / "data.tar.gz.enc").write_bytes(b"mine")

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path))

    assert said.status == 2
    assert (tmp_path / "data.tar.gz.enc").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "command",
    [
        " | sh",
        " | tar -xz; touch owned",
        " | tar -xz -C /",
        " | gunzip >../owned",
        "; touch owned | tar -xz",
    ],
)
def test_command_that_is_none_of_the_known_is_not_run(
    bare: Command, bucket: Bucket, tmp_path: Path, command: str
) -> None:
    bucket.has("data.tar.gz.enc", packed(tmp_path, "row.txt", "a row"), command)
    place = tmp_path / "saved"

    said = bare("backups", "download", BACKUP, "-o", str(place), "--open")

    assert said.status != 0
    assert not [*tmp_path.rglob("owned")]


def test_archive_that_would_lie_elsewhere_is_not_fetched(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("../evil", b"x")

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path / "saved"))

    assert said.status == 2
    assert bucket.asked == []


def test_wrong_passphrase_is_told_as_what_did_not_open(
    bare: Command, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.has("data.tar.gz.enc", b"Salted__" + b"x" * 30)

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path / "saved"), "--open")

    assert said.status == 1
    assert "tar ended with 2" in said.err


def test_documents_have_no_passphrase(bare: Command, bucket: Bucket, tmp_path: Path) -> None:
    bucket.has("data.tar.gz.enc", b"x" * 30)

    said = bare("backups", "download", BACKUP, "-o", str(tmp_path / "saved"), "--json")

    [document] = [json.loads(line) for line in said.out.splitlines()]
    assert document["data"]["attributes"]["passphrase"] is None
    assert SECRET not in said.out + said.err
