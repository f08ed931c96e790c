"""`make iam-report`: who may do what at AWS, function by function, as the template says it.

`ONLY=deployments` shows those whose name holds the word. With `JSON=1` there is a line for each
grant, and the last one is the summary. It ends with 1 where something is wider than it has to be.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from itertools import groupby

from infra.access.grants import Grant, all_grants
from infra.access.wide import reason_of, too_wide
from infra.local.platform.progress import print_json


def lines(found: list[Grant]) -> list[str]:
    """The report for people."""
    said = []
    for users, group in groupby(found, key=lambda grant: grant.users):
        said.append(", ".join(users) or "nobody")
        for grant in group:
            said.append(f"  {', '.join(grant.actions)}")
            only = f", only where {grant.condition}" if grant.condition else ""
            said += [f"    {resource}{only}" for resource in grant.resources]
    stars = {
        f"  {resource}: {reason}"
        for grant in found
        for resource in grant.resources
        for action in grant.actions
        if "*" in resource and (reason := reason_of(action, resource))
    }
    return [*said, "", "Stars, and why they are there", *sorted(stars)]


def main() -> int:
    """Print what is allowed, and what of it is too wide."""
    only = os.environ.get("ONLY", "")
    everything = all_grants()
    found = [one for one in everything if any(only in name for name in (one.role, *one.users))]
    wide = [f"{grant.role}: {wrong}" for grant in everything for wrong in too_wide(grant)]
    if os.environ.get("JSON") == "1":
        for grant in found:
            print_json(asdict(grant))
        roles = len({grant.role for grant in found})
        print_json({"ok": not wide, "roles": roles, "grants": len(found), "too_wide": wide})
    else:
        print("\n".join([*lines(found), *(["", "Too wide", *wide] if wide else [])]))
    return 1 if wide else 0


if __name__ == "__main__":
    sys.exit(main())
