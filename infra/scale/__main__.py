"""`make scale`: print what grows, at which number of apps it meets a limit, and what lifts it."""

from __future__ import annotations

import sys

from infra.packaging.registry import consumers
from infra.scale.limits import counter_reads, limits
from infra.scale.looks import Rounds, minute

SERVERS = (1_000, 5_000, 10_000, 33_000, 100_000)
MORE = 2_000
"""Calls at once with which 100,000 servers are tried too."""


def main() -> int:
    """Print the table, and minutes of looks at more and more servers."""
    print("| what | met at apps | bound | what lifts it |\n|---|---|---|---|")
    for one in limits():
        print(f"| {one.name} | {one.apps:,} | {one.bound:,.0f} {one.unit} | {one.lift} |")
    print(f"\nreads a second of one counter of routes, two proxies: {counter_reads(2):.1f}")
    [watch] = [given for _, given in consumers() if given.queue == "watch"]
    print("\n| servers | calls at once, at most | looked at | too late |\n|---|---|---|---|")
    for at_once in (watch.at_once or 1, MORE):
        for servers in SERVERS:
            seen = minute(servers, Rounds(watch.batch, at_once))
            print(f"| {servers:,} | {at_once:,} | {seen.looked:,} | {seen.late:,} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
