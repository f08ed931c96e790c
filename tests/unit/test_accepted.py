"""What checkov finds is accepted by rule and resource, with a reason, or fails the gate."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from infra.checks.__main__ import CHECKOV, ROOT
from infra.checks.accepted import ACCEPTED, Accepted, judged

OPEN_BUCKET = "Resources: {Open: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}}"


def test_each_rule_is_accepted_for_what_is_named_alone() -> None:
    one = Accepted("CKV_AWS_21", r"S3::Bucket\.(Contents|Web)Bucket", "why")

    assert one.covers("CKV_AWS_21", "S3::Bucket.WebBucket")
    assert not one.covers("CKV_AWS_21", "S3::Bucket.BackupsBucket")
    assert not one.covers("CKV_AWS_18", "S3::Bucket.WebBucket")


def test_what_nothing_accepts_is_left_and_what_nothing_needs_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed, needless = Accepted("A", "X", "why"), Accepted("B", "X", "why")
    monkeypatch.setattr("infra.checks.accepted.ACCEPTED", (needed, needless))

    left, unused = judged([("A", "X"), ("A", "Y")])

    assert left == [("A", "Y")]
    assert unused == [needless]


def test_every_exception_says_why() -> None:
    assert all(len(one.why.split()) > 4 for one in ACCEPTED)
    assert len({(one.rule, one.resources) for one in ACCEPTED}) == len(ACCEPTED)


def test_a_bucket_that_all_may_read_is_found(tmp_path: Path) -> None:
    template = tmp_path / "open.yaml"
    template.write_text(OPEN_BUCKET)
    assert CHECKOV.exists(), "make check puts checkov into an environment of its own"

    done = subprocess.run(
        [CHECKOV, "-m", "infra.checks.policies", template],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    assert "CKV_AWS_20 S3::Bucket.Open: mend it" in done.stdout
