"""`make cost`: the monthly bill at rest and at 10, 1,000 and 100,000 apps, and where it goes.

    make cost                 prices what was counted last (infra/cost/measured.json)
    make cost MEASURE=1       counts anew, on the platform that runs or one of its own

With `JSON=1` the last line is the summary.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import yaml

from infra.bench.run import Run
from infra.cost import bill
from infra.cost.measure import MEASURED, measure
from infra.local.platform.progress import Progress, print_json
from infra.packaging.template import ROOT
from infra.proxy.agent import POLL_SECONDS
from infra.proxy.table import COUNTED

PRICES = Path(__file__).parent / "prices.json"
SIZES = (10, 1_000, 100_000)
TOLD = 6
"""Units of a bill that are told by themselves; the others are added up."""
TASK_VCPU, TASK_GB, TASKS = 0.25, 1.0, 2
"""The proxy's tasks on Fargate, as the template's parameters have them."""
Json = dict[str, Any]


def main() -> int:
    """Print the bills, from counts that are there or made anew."""
    progress = Progress()
    if os.environ.get("MEASURE"):
        with Run(progress) as run:
            MEASURED.write_text(json.dumps(measure(run), indent=1) + "\n")
    if not (ROOT / "build/manifest.json").exists():
        print("build/ holds no template; run make package", file=sys.stderr)
        return 1
    bills = all_bills(json.loads(MEASURED.read_text()), templates(), bill.Use())
    for name, one in bills.items():
        progress.line("\n".join(lines(name, one)))
    if progress.quiet_out:
        print_json({"bills": bills})
    return 0


def templates() -> list[Json]:
    """The stacks that `make package` built."""
    names = json.loads((ROOT / "build/manifest.json").read_text())["stacks"]
    return [
        yaml.load((ROOT / "build" / name).read_text(), Loader=yaml.CSafeLoader) for name in names
    ]


def all_bills(measured: Json, stacks: list[Json], use: bill.Use) -> Json:
    """Every bill, by its name: what it costs by the list, by what is always free, and for what."""
    rest = bill.at_rest(measured, stacks)
    reads = bill.proxy_reads(1 / POLL_SECONDS, len(COUNTED))
    fargate = bill.proxy_on_fargate(TASK_VCPU, TASK_GB, TASKS)
    quantities = {
        "at rest": rest,
        **{f"{apps:,} apps": bill.added(rest, bill.of_apps(measured, apps, use)) for apps in SIZES},
        "app proxy on a host that is there": reads,
        "app proxy on Fargate, two tasks and a balancer": bill.added(
            fargate, bill.times(reads, TASKS)
        ),
    }
    prices = json.loads(PRICES.read_text())["prices"]
    return {name: one_bill(found, prices) for name, found in quantities.items()}


def one_bill(quantities: bill.Quantities, prices: Json) -> Json:
    """A bill in dollars, rounded to cents where it is told."""
    by_list = bill.priced(quantities, prices, free=False)
    after_free = bill.priced(quantities, prices, free=True)
    return {
        "list": round(sum(by_list.values()), 2),
        "after_free": round(sum(after_free.values()), 2),
        "for": {
            unit: {
                "quantity": round(quantities[unit], 3),
                "list": round(cost, 4),
                "after_free": round(after_free[unit], 4),
            }
            for unit, cost in by_list.items()
        },
    }


def lines(name: str, one: Json) -> list[str]:
    """A bill as people read it."""
    told = [f"{name}: ${one['list']:,.2f} a month, ${one['after_free']:,.2f} after what is free"]
    parts = list(one["for"].items())
    shown = parts if name == "at rest" else parts[:TOLD]
    for unit, part in shown:
        told.append(
            f"  {unit:<20} {part['quantity']:>18,.2f}  ${part['list']:>12,.2f}"
            f"  ${part['after_free']:>12,.2f}"
        )
    rest = sum(part["list"] for _, part in parts[len(shown) :])
    if rest:
        told.append(f"  {'all others':<20} {'':>18}  ${rest:>12,.2f}")
    return [*told, ""]


if __name__ == "__main__":
    sys.exit(main())
