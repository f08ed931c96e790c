"""Recomputes an invoice from its export, `GET /api/v1/invoices/{id}/explain`, a file or piped.

It knows nothing of Hoster: each second in which an app ran counts once, at the price that held
then; where two templates overlap, at the lower one. A line is worth its seconds times the monthly
price, over the seconds of that month. The total and the lines are rounded down, and the cents that
lines then lack go to the largest remainders. It prints what differs, and ends with 1 if any does.
"""

import calendar
import json
import sys
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path


def seconds(time):
    """Read a time, in seconds since 1970 or as RFC 3339."""
    is_number = isinstance(time, int)
    return time if is_number else int(datetime.fromisoformat(time[:19] + "+00:00").timestamp())


def ran(export, begin, end):
    """The seconds of every app, time of its price, template and monthly cents."""
    prices = [(of["template"], seconds(of["at"]), of["monthly_cents"]) for of in export["prices"]]
    runs, found = {}, {}
    for one in export["intervals"]:
        until = end if one["until"] is None else min(seconds(one["until"]), end)
        span = (one["template"], max(seconds(one["since"]), begin), until)
        runs.setdefault(one["deployment"], []).append(span)
    for app, spans in runs.items():
        cuts = {time for _, *span in spans for time in span if begin <= time <= end}
        cuts |= {at for _, at, _ in prices if begin < at < end}
        for since, until in pairwise(sorted(cuts)):
            holding = []
            for template in {of for of, first, last in spans if first <= since and until <= last}:
                known = [(at, -less) for of, at, less in prices if of == template and at <= since]
                at, less = max(known, default=(0, 0))
                holding.append((-less, template, at))
            cents, template, at = min(holding, default=(0, "", 0))
            if cents:
                key = (app, at, template, cents)
                found[key] = found.get(key, 0) + until - since
    return found


def differences(export):
    """Say everything in which the invoice is not what the export comes to."""
    year, month = map(int, export["month"].split("-"))
    begin = calendar.timegm((year, month, 1, 0, 0, 0))
    whole = calendar.monthrange(year, month)[1] * 86400
    found = ran(export, begin, min(begin + whole, seconds(export["now"])))
    worths = {key: Fraction(found[key] * key[3], whole) for key in sorted(found)}
    cents = {key: int(worth) for key, worth in worths.items()}
    total = int(sum(worths.values()))
    lacking = total - sum(cents.values())
    for key in sorted(worths, key=lambda key: cents[key] - worths[key])[:lacking]:
        cents[key] += 1
    right = sorted((*key, found[key], cents[key]) for key in worths)
    items, told = export["invoice"]["items"], []
    for item in items:
        if item["kind"] == "run":
            line = (item["template_id"], item["monthly_cents"], item["seconds"], item["cents"])
            told.append((item["deployment_id"], seconds(item["price_since"]), *line))
    yield from (f"Not what it comes to: {line}" for line in told if line not in right)
    yield from (f"Not on the invoice, once: {line}" for line in right if told.count(line) != 1)
    others = sum(item["cents"] for item in items if item["kind"] != "run")
    if others != sum(one["cents"] for one in export["carried"]):
        yield f"Carried over, corrected and credited: {others} cents are not what the export says."
    if export["invoice"]["total_cents"] != total + others:
        yield f"The total is {total + others}, not {export['invoice']['total_cents']}."


if __name__ == "__main__":
    export = json.loads(Path([*sys.argv, "/dev/stdin"][1]).read_text())
    wrong = list(differences(export["data"]["attributes"] if "data" in export else export))
    print("\n".join(wrong) or "Every line and the total are right.")
    sys.exit(1 if wrong else 0)
