"""`make templates-check`: check each file of a catalogue, and print what became of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from chalicelib.domain.importing.imported import CannotImport
from infra.catalogue.formats import FORMATS
from infra.catalogue.report import Report, summary
from infra.local.platform.progress import Progress, print_json

USAGE = "make templates-check DIR=<folder> FORMAT=<format> [JSON=1]"


def main(arguments: list[str]) -> int:
    """Check the folder in the format; a file that cannot be read is a result, not a failure."""
    folder, name = (*arguments, "", "")[:2]
    progress = Progress()
    if failure := _failure(folder, name):
        return _refuse(progress, f"{failure} {USAGE}", failure)
    began, reports = time.perf_counter(), []
    try:
        for report in FORMATS[name](Path(folder)):
            reports.append(report)
            _tell(progress, report)
    except CannotImport as error:
        return _refuse(progress, error.detail)
    counted = summary(reports, time.perf_counter() - began)
    if progress.quiet_out:
        print_json({"summary": counted})
    progress.line(
        f"\n{counted['files']} files: {counted['parsed']} parsed ({counted['planned']} planned, "
        f"{counted['refused']} refused), {counted['errors']} errors, {counted['seconds']} s."
    )
    return 0


def _refuse(progress: Progress, told: str, failure: str = "") -> int:
    """Say why nothing was checked."""
    print(told, file=sys.stderr, flush=True)
    if progress.quiet_out:
        print_json({"failure": failure or told})
    return 2


def _failure(folder: str, name: str) -> str | None:
    if name not in FORMATS:
        return f"There is no format {name or 'without a name'}. There are: {', '.join(FORMATS)}."
    if not folder or not Path(folder).is_dir():
        return f"DIR must be a folder; {folder or 'nothing'} is none."
    return None


def _tell(progress: Progress, report: Report) -> None:
    if progress.quiet_out:
        print_json(report.as_json())
    else:
        progress.line("\n".join(report.lines()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
