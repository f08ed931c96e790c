"""Ask whether a locked package has a known vulnerability: `pip-audit` and `npm audit`.

A finding fails, unless `ACCEPTED` says why it is none here. Where nobody who knows the advisories
can be reached, that is told as `not asked`, and fails only when `ADVISORIES=required` is set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "requirements.lock"
NODE = ("web", "infra/checks")
"""Folders with a `package-lock.json`."""
ACCEPTED: dict[str, str] = {}
"""Advisories that are no danger here, by id, and why."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What was learnt of one lock."""

    lock: str
    asked: int = 0
    """Packages of which an answer came."""
    not_asked: str = ""
    """Why of some or all packages none came."""
    findings: dict[str, str] = field(default_factory=dict)
    """Advisories by id, and what they are about."""

    def lines(self) -> Iterator[str]:
        """What is told of it."""
        for advisory, about in self.findings.items():
            reason = ACCEPTED.get(advisory)
            yield f"{self.lock}: {advisory}: {about}" + (f" (accepted: {reason})" if reason else "")
        if self.not_asked:
            yield f"{self.lock}: not asked: {self.not_asked}"
        if self.asked and not self.findings:
            yield f"{self.lock}: {self.asked} packages, no known vulnerability"


def main() -> int:
    """Ask of every lock, tell, and end with 1 for a finding that is not accepted."""
    answers = [of_python(ROOT / PYTHON), *(of_node(ROOT / folder) for folder in NODE)]
    for answer in answers:
        print("\n".join(answer.lines()))
    is_required = os.environ.get("ADVISORIES") == "required"
    found = {name for answer in answers for name in answer.findings} - ACCEPTED.keys()
    silent = [answer.lock for answer in answers if answer.not_asked]
    not_asked = f", not asked: {', '.join(silent)}" if silent else ""
    print(f"{len(found)} findings in {len(answers)} locks{not_asked}")
    return 1 if found or (silent and is_required) else 0


def of_python(lock: Path) -> Answer:
    """Ask of the packages that a lock of pip pins."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        given = ["--requirement", str(lock), "--require-hashes", "--disable-pip", "--format=json"]
        given += ["--progress-spinner=off", f"--output={out}"]
        done = _ran([sys.executable, "-m", "pip_audit", *given], ROOT)
        if not out.exists() or not out.stat().st_size:
            return Answer(lock.name, not_asked=_last_line(done.stderr))
        packages: list[Json] = json.loads(out.read_text())["dependencies"]
    skipped = [one["skip_reason"] for one in packages if "skip_reason" in one]
    reason = f"{skipped[0]} ({len(skipped)} of {len(packages)} packages)" if skipped else ""
    findings = {
        found["id"]: f"{one['name']} {one['version']}, mended in {found['fix_versions'] or 'none'}"
        for one in packages
        for found in one.get("vulns", ())
    }
    return Answer(lock.name, len(packages) - len(skipped), reason, findings)


def of_node(folder: Path) -> Answer:
    """Ask of the packages that a folder's `package-lock.json` pins."""
    lock = f"{folder.name}/package-lock.json"
    done = _ran(["npm", "audit", "--json", "--package-lock-only"], folder)
    try:
        said: Json = json.loads(done.stdout)
    except json.JSONDecodeError:
        return Answer(lock, not_asked=_last_line(done.stderr))
    if "vulnerabilities" not in said:
        return Answer(lock, not_asked=str(said.get("message") or said.get("error")))
    findings = {
        str(via["url"]).rsplit("/", 1)[-1]: f"{via['name']} {via['range']}: {via['title']}"
        for one in said["vulnerabilities"].values()
        for via in one["via"]
        if isinstance(via, dict)
    }
    return Answer(lock, said["metadata"]["dependencies"]["total"], findings=findings)


def _ran(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["no answer"])[-1]


if __name__ == "__main__":
    sys.exit(main())
