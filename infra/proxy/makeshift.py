"""Certificates that stand where the agent puts real ones later: HAProxy starts with none missing.

Each is signed by itself, for a name that nobody has. What an earlier run left whole is kept.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from infra.proxy.settings import Files, Unusable
from infra.proxy.writing import write

NAME = "hoster.invalid"
DAYS = 3650


def make_certificates(files: Files) -> None:
    """Make what is missing. Raises `Unusable`."""
    for folder in (files.certificates, files.door_client.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    for file in (files.default_certificate, files.door_client):
        if not _is_whole(file):
            _make(file)
    if not files.door_authority.exists():
        shown = files.door_client.read_text()
        write(files.door_authority, shown[: shown.index("-----BEGIN PRIVATE KEY")])


def _is_whole(file: Path) -> bool:
    try:
        return "-----END PRIVATE KEY-----" in file.read_text()
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def _make(file: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise Unusable("openssl is missing. Install it with: apt-get install openssl")
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = Path(folder, "key.pem"), Path(folder, "certificate.pem")
        made = subprocess.run(
            [
                *(program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
                *("-nodes", "-days", str(DAYS), "-subj", f"/CN={NAME}"),
                *("-addext", f"subjectAltName=DNS:{NAME}"),
                *("-keyout", str(key), "-out", str(certificate)),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise Unusable(f"openssl makes no certificate:\n{made.stderr.strip()}")
        text = certificate.read_text() + key.read_text()
    write(file, text)
