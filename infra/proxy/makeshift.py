"""Certificates that stand where the agent puts real ones later: HAProxy starts with none missing.

Each is signed by itself, for a name that nobody has. What an earlier run left is kept.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from infra.proxy.settings import Files, Unusable

NAME = "hoster.invalid"
DAYS = 3650


def make_certificates(files: Files) -> None:
    """Make what is missing, and leave out of the list what is not there. Raises `Unusable`."""
    for folder in (files.certificates, files.door_client.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    for file in (files.default_certificate, files.door_client):
        if not file.exists():
            _make(file)
    if not files.door_authority.exists():
        shown = files.door_client.read_text()
        files.door_authority.write_text(shown[: shown.index("-----BEGIN PRIVATE KEY")])
    first = str(files.default_certificate.relative_to(files.state))
    listed = files.certificate_list.read_text() if files.certificate_list.exists() else ""
    kept = [line for line in listed.splitlines() if line.strip() and _is_there(files, line)]
    wanted = "".join(f"{line}\n" for line in [first, *(line for line in kept if line != first)])
    if wanted != listed:
        files.certificate_list.write_text(wanted)


def _is_there(files: Files, line: str) -> bool:
    return (files.state / line.split(maxsplit=1)[0]).exists()


def _make(file: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise Unusable("openssl is missing. Install it with: apt-get install openssl")
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key.pem"), Path(folder, "certificate.pem")
        subprocess.run(
            [
                *(program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-nodes", "-days", str(DAYS), "-subj", f"/CN={NAME}"),
                *("-addext", f"subjectAltName=DNS:{NAME}"),
                *("-keyout", str(key), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
        )
        text = certificate.read_text() + key.read_text()
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    fresh.replace(file)
