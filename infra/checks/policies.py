"""Ask checkov about every template in `build/`; what it finds is accepted with a reason, or mended.

Runs in checkov's own environment, `.venv/checkov`: its command line would also load what looks at
other languages, and ask its maker over the network.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import yaml
from checkov.cloudformation.runner import Runner
from checkov.runner_filter import RunnerFilter

from infra.checks.accepted import judged


def main(paths: list[str]) -> int:
    """Print what is wrong; returns whether anything is, as a command's status."""
    found, passed = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            report = Runner().run(
                None,
                files=[str(_bare(Path(path), Path(folder)))],
                runner_filter=RunnerFilter(framework=["cloudformation"]),
            )
            if report.parsing_errors:
                raise SystemExit(f"checkov cannot read {path}")
            found += [
                (one.check_id, one.resource.removeprefix("AWS::")) for one in report.failed_checks
            ]
            passed += len(report.passed_checks)
    left, unused = judged(found)
    for rule, resource in left:
        print(f"{rule} {resource}: mend it, or say why not in infra/checks/accepted.py")
    for one in unused:
        print(f"{one.rule} {one.resources}: is accepted, and nothing is found any more")
    print(f"{passed} passed, {len(found) - len(left)} accepted with a reason, {len(left)} wrong")
    return 1 if left or unused else 0


def _bare(template: Path, folder: Path) -> Path:
    """A template without the API's document of routes, which takes minutes and no rule reads."""
    document = yaml.load(template.read_text(), Loader=yaml.CSafeLoader)
    for resource in document["Resources"].values():
        resource.get("Properties", {}).pop("Body", None)
    bare = folder / template.name
    bare.write_text(yaml.safe_dump(document))
    return bare


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
