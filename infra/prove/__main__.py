"""`make templates-prove`: prove a version of a template on a server of its own.

    make templates-prove TEMPLATE=wordpress
    make templates-prove TEMPLATE=tmpl_… VERSION=1.2.0 CREDENTIAL=cred_… REGION=fra1 SIZE=…
    make templates-prove TEMPLATE=wordpress URL=https://hoster.example EMAIL=owner@example.com

Without `URL` it asks the platform that runs on this machine, whose own templates it proves with
its own provider. It tells each stage with its time, and ends with 1 when the version failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import httpx

from chalicelib.domain import clock
from infra.local.journey.client import Account, Json, Refused
from infra.local.platform import layout
from infra.local.platform.progress import Progress, print_json
from infra.prove.choices import order_of, template_of
from infra.seed.account import creator

WITHIN = 6000.0
"""Seconds; a proof ends by itself before."""


def main() -> int:
    """Prove, tell each stage, then the figures or the reason."""
    progress, env = Progress(), os.environ
    try:
        account = creator(env)
        template = template_of(account, env.get("TEMPLATE", ""))
        version = env.get("VERSION", "") or template["attributes"]["version"]
        proof = proven(account, template, version, env, progress)
    except (LookupError, Refused, TimeoutError, httpx.HTTPError) as error:
        print(error, file=sys.stderr)
        return 1
    known = proof["attributes"]
    ok = known["status"] == "proven"
    progress.line(summary(known) if ok else f"Not proven: {known['error_message']}")
    if progress.quiet_out:
        steps = account.call("GET", f"/template_proofs/{proof['id']}/timeline")["data"]
        shown = {"proof": proof["id"], **known, "steps": steps["attributes"]["steps"]}
        print_json({"ok": ok, "seconds": progress.seconds(), **shown})
    return 0 if ok else 1


def proven(
    account: Account, template: Json, version: str, env: Mapping[str, str], progress: Progress
) -> Json:
    """Ask for a proof and follow it to its end, a line for each stage."""
    platform = None if env.get("URL") else layout.running()
    order = order_of(account, template, env, platform["cloud_token"] if platform else None)
    where = f"{order['size']} in {order['region']}"
    progress.line(f"{template['attributes']['name']} {version} on {where}")
    path = f"/templates/{template['id']}/versions/{version}/prove"
    asked = account.call("POST", path, order, "template_proofs")["data"]["id"]
    done = account.settled("template_proofs", asked, within=WITHIN)
    told = account.call("GET", f"/template_proofs/{asked}/timeline")["data"]["attributes"]
    for line in lines_of(told["steps"]):
        progress.line(line)
    return done


def lines_of(steps: list[Json]) -> list[str]:
    """A line for each stage that was entered, with its time."""
    marks = {"done": "✓", "failed": "✗"}
    return [
        f"  {marks.get(one['state'], '·')} {one['name']:<16} {_seconds(one):6.1f} s"
        for one in steps
        if one["state"] != "waiting"
    ]


def _seconds(step: Json) -> float:
    """How long a stage took; nothing of one that did not end."""
    if not step["started_at"] or not step["ended_at"]:
        return 0.0
    return clock.seconds_between(step["started_at"], step["ended_at"])


def summary(known: Json) -> str:
    """The figures in one sentence."""
    return (
        f"Healthy in {known['healthy_seconds']} s, again {known['restart_seconds']} s after a"
        f" restart; {known['peak_memory_mb']} MB of memory and {known['peak_cpu_cores']} cores at"
        f" most, {known['disk_mb']} MB of disk."
    )


if __name__ == "__main__":
    sys.exit(main())
