"""`make demo`: live one whole life and say in one line whether everything was as promised."""

from __future__ import annotations

import sys

from infra.local.journey.life import Life
from infra.local.journey.samples import WORDPRESS
from infra.local.platform.borrow import borrowed
from infra.local.platform.progress import Progress, print_json


def main() -> int:
    """Live a life; the summary line decides, and the exit status follows it."""
    progress = Progress()
    failure = None
    with borrowed(progress) as loan:
        life = Life(loan.described, progress, WORDPRESS["name"])
        began = progress.seconds()
        try:
            life.live()
        except Exception as error:  # the summary tells any failure, whatever it was
            failure = f"{type(error).__name__}: {error}"
        seconds = round(progress.seconds() - began, 2)
    summary = {
        "ok": failure is None,
        "seconds": seconds,
        "stages": progress.as_json(),
        "ids": life.ids,
        "urls": life.urls,
        "leaks": life.leaks,
        "failure": failure,
    }
    if progress.quiet_out:
        print_json(summary)
    else:
        verdict = f"Everything as promised, in {seconds:.1f} s." if failure is None else failure
        progress.line(f"\n{verdict}")
    return 0 if failure is None else 1


if __name__ == "__main__":
    sys.exit(main())
