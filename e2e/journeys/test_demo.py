"""`make demo JSON=1`: one whole life told in one line that a program can read."""

from __future__ import annotations

import json
import os
import subprocess

from infra.local.journey.client import Json
from infra.local.platform.layout import ROOT

STAGES = [
    "sign_up",
    "provision",
    "deploy",
    "first_200_through_proxy",
    "first_200_direct",
    "restart",
    "stop",
    "start",
    "domain",
    "domain_verified",
    "certificate",
    "first_200_https",
    "https_redirect",
    "domain_removed",
    "delete",
    "destroy",
    "leak_check",
]
KINDS = ("droplets", "containers", "volumes", "networks", "ports", "host_names")
KINDS += ("certificates", "challenges", "executions")


def test_demo_ends_well_and_leaves_nothing(platform: Json) -> None:
    done = subprocess.run(
        ["make", "demo"],
        cwd=ROOT,
        env={**os.environ, "JSON": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )

    [line] = done.stdout.splitlines()
    summary = json.loads(line)
    assert (summary["ok"], summary["failure"]) == (True, None)
    assert done.returncode == 0
    told = [stage["name"] for stage in summary["stages"]]
    assert [name for name in told if name in STAGES] == STAGES
    assert all(stage["ok"] and stage["seconds"] >= 0 for stage in summary["stages"])
    assert summary["leaks"] == {kind: [] for kind in KINDS}
    assert set(summary["urls"]) == {"proxy", "direct"}
    assert platform["ready"]
