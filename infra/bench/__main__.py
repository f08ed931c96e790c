"""`make bench`: run one bench, or every one, and print what each measured."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable

from infra.bench.api import measure as measure_api
from infra.bench.catalogue import measure as measure_catalogue
from infra.bench.compose import measure as measure_compose
from infra.bench.deploy import measure as measure_deploy
from infra.bench.metering import measure as measure_metering
from infra.bench.provision import measure as measure_provision
from infra.bench.proxy import measure as measure_proxy
from infra.bench.rows import Row, table
from infra.bench.run import Run
from infra.bench.web import measure as measure_web
from infra.local.platform.progress import Progress, print_json

BENCHES: dict[str, Callable[[Run], Iterable[Row]]] = {
    "compose": measure_compose,
    "catalogue": measure_catalogue,
    "api": measure_api,
    "deploy": measure_deploy,
    "provision": measure_provision,
    "proxy": measure_proxy,
    "metering": measure_metering,
    "web": measure_web,
}
"""Every bench by its name, in the order in which they run."""


def main(names: list[str]) -> int:
    """Run the named benches; without names, all of them."""
    progress = Progress()
    chosen = names or list(BENCHES)
    unknown = [name for name in chosen if name not in BENCHES]
    failure = None
    if unknown:
        failure = f"There is no bench {', '.join(unknown)}. There are: {', '.join(BENCHES)}."
    else:
        # A stopped run gives back its server and its platform as an interrupted one does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with Run(progress) as run:
                for name in chosen:
                    _measure(run, name)
        except KeyboardInterrupt:
            failure = "It was interrupted."
        except Exception as error:  # the summary tells any failure, whatever it was
            failure = f"{type(error).__name__}: {error}"
    if progress.quiet_out:
        summary = {"ok": failure is None, "benches": chosen, "seconds": progress.seconds()}
        print_json({"summary": summary | ({"failure": failure} if failure else {})})
    if failure:
        print(failure, file=sys.stderr, flush=True)
    return 0 if failure is None else 1


def _measure(run: Run, name: str) -> None:
    began = run.progress.seconds()
    run.progress.line(f"{name}:")
    rows = []
    for row in BENCHES[name](run):
        rows.append(row)
        if run.progress.quiet_out:
            print_json(row.as_json())
    took = run.progress.seconds() - began
    run.progress.line(f"\n{table(rows)}\n\n{name} took {took:.0f} s.\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
