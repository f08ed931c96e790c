"""`make gateway-check`: ask a gateway what Hoster relies on; it ends with 1 where that differs.

    make gateway-check GATEWAY_URL=http://127.0.0.1:8082 GATEWAY_ADMIN=…/_gw/admin

The gateway is one for tests: its routes are set up to lead to this machine, and accounts are made
in it. Where plans were missing they are made, and nothing is asked until it was started again,
since it loads plans at its start. `OPERATOR_EMAIL=` and `OPERATOR_PASSWORD=` are of its operator,
`HOSTER_GATEWAY_SECRET=` what it was started with. `ECHO_HOST=` is the address by which it reaches
this machine (127.0.0.1), `JWT_SECRET=` what it signs sessions with (without it one check is left
out), `PUBLIC_HOST=` the name that it is to tell (app.example.com). With `JSON=1` there is a line
for each check.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

from infra.gateway.admin import Admin, NotConfigured
from infra.gateway.blackbox import bounds
from infra.gateway.blackbox.bench import Bench
from infra.gateway.blackbox.echo import listening
from infra.gateway.blackbox.suite import Outcome, asked
from infra.gateway.configure import configure
from infra.gateway.payloads import Addresses
from infra.local.platform.progress import print_json

MARKS = {"as it should be": "✓", "differs": "✗", "not asked": "·"}
NEEDED = ("GATEWAY_URL", "GATEWAY_ADMIN", "OPERATOR_EMAIL", "OPERATOR_PASSWORD")


def main() -> int:
    """Ask, and report what differs."""
    env = os.environ
    if missing := [name for name in NEEDED if not env.get(name)]:
        print(f"Say {', '.join(missing)}.", file=sys.stderr)
        return 1
    try:
        counts = _asked(env)
    except NotConfigured as error:
        print(error, file=sys.stderr)
        return 1
    told = ", ".join(f"{count} {result}" for result, count in counts.items())
    if env.get("JSON") == "1":
        print_json({"summary": counts, "ok": not counts["differs"]})
    else:
        print(told)
    return 1 if counts["differs"] else 0


def _asked(env: os._Environ[str]) -> Counter[str]:
    host, public = env.get("ECHO_HOST") or "127.0.0.1", env.get("PUBLIC_HOST") or "app.example.com"
    operator = (env["OPERATOR_EMAIL"], env["OPERATOR_PASSWORD"])
    counts: Counter[str] = Counter()
    with listening(host) as api, listening(host) as spa:
        addresses = Addresses(api=f"{api.url}/api", web=spa.url, public=f"https://{public}")
        done = configure(env["GATEWAY_ADMIN"], operator, addresses)
        admin = Admin(env["GATEWAY_ADMIN"])
        admin.log_in(*operator)
        if bounds.prepare(admin) or done.plans_changed:
            raise NotConfigured("Plans were made: start the gateway again, then ask once more.")
        bench = Bench(
            url=env["GATEWAY_URL"],
            admin=admin,
            api=api,
            spa=spa,
            public_host=public,
            secret=env.get("HOSTER_GATEWAY_SECRET", ""),
            jwt_secret=env.get("JWT_SECRET", ""),
        )
        for outcome in asked(bench):
            counts[outcome.result] += 1
            _tell(outcome)
    return counts


def _tell(outcome: Outcome) -> None:
    one = outcome.check
    if os.environ.get("JSON") == "1":
        result = {"result": outcome.result, "detail": outcome.detail}
        print_json({"check": one.numbers, "title": one.title, **result})
        return
    detail = f": {outcome.detail}" if outcome.detail else ""
    print(f"  {MARKS[outcome.result]} {one.numbers:<20} {one.title}{detail}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
