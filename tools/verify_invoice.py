"""Recomputes an invoice from its export, `GET /api/v1/invoices/{id}/explain`, a file or piped.

It knows nothing of Hoster. Each second of an app counts once, at the price that held then, at the
lower of two. A line is worth its seconds times the monthly price, over the seconds of the month.
The total and the lines are rounded down, and the cents that lines then lack go to the largest
remainders. Corrections of earlier months are taken as said; what is carried over or credited is
held against where it comes from. It prints what differs, and ends with 1 if any does.
"""

import json
import sys
from calendar import monthrange, timegm
from itertools import pairwise
from pathlib import Path
from time import strptime


def seconds(time):
    """Read a time, in seconds since 1970 or as RFC 3339."""
    return time if isinstance(time, int) else timegm(strptime(time[:19], "%Y-%m-%dT%H:%M:%S"))


def ran(export, begin, end):
    """The seconds of every app, time of its price, template and monthly cents."""
    prices = [(of["template"], seconds(of["at"]), of["monthly_cents"]) for of in export["prices"]]
    runs, found = {}, {}
    for one in export["intervals"]:
        until = end if one["until"] is None else seconds(one["until"])
        span = (one["template"], seconds(one["since"]), until)
        runs.setdefault(one["deployment"], []).append(span)
    for app, spans in runs.items():
        cuts = {begin, end} | {at for _, at, _ in prices} | {t for _, *of in spans for t in of}
        for since, until in pairwise(sorted(time for time in cuts if begin <= time <= end)):
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
    begin, whole = timegm((year, month, 1, 0, 0, 0)), monthrange(year, month)[1] * 86400
    found = ran(export, begin, min(begin + whole, seconds(export["now"])))
    worths = {key: found[key] * key[3] for key in sorted(found)}
    cents = {key: worth // whole for key, worth in worths.items()}
    total = sum(worths.values()) // whole
    for key in sorted(worths, key=lambda of: -(worths[of] % whole))[: total - sum(cents.values())]:
        cents[key] += 1
    right = sorted((*key, found[key], cents[key]) for key in worths)
    items, told, left = export["invoice"]["items"], [], dict(export["sources"])
    for item in items:
        if item["kind"] == "run":
            line = (item["template_id"], item["monthly_cents"], item["seconds"], item["cents"])
            told.append((item["deployment_id"], seconds(item["price_since"]), *line))
        elif item["kind"] != "correction":
            left[item["refers_to"]] = left.get(item["refers_to"], 0) - item["cents"]
    yield from (f"Not what it comes to: {line}" for line in told if line not in right)
    yield from (f"Not on the invoice, once: {line}" for line in right if told.count(line) != 1)
    yield from (f"{name} left {by} cents more than is said." for name, by in left.items() if by)
    total += sum(item["cents"] for item in items if item["kind"] != "run")
    if export["invoice"]["total_cents"] != total:
        yield f"The total is {total}, not {export['invoice']['total_cents']}."


if __name__ == "__main__":
    export = json.loads(Path([*sys.argv, "/dev/stdin"][1]).read_text())
    export = export["data"]["attributes"] if "data" in export else export
    wrong, items = list(differences(export)), export["invoice"]["items"]
    taken = sum(item["kind"] == "correction" for item in items)
    right = f"Every line and the total are right. Corrections that are taken as said: {taken}."
    print("\n".join(wrong) or right)
    sys.exit(1 if wrong else 0)
