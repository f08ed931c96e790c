"""`make deploy` and `make destroy`: one installation on AWS, with the credentials of who calls.

    make deploy STAGE=production            shows what would change, asks, and deploys
    make deploy STAGE=production YES=1      does not ask, and refuses to endanger data
    make deploy STAGE=production PLAN=1     shows what would change, and changes nothing
    make destroy STAGE=production           asks for the installation's name

`REPLACE=1` agrees to changes that remove or replace what holds data. `STAGE=` is a file's name in
`infra/deploy/stages/`, or a path. `SEEDS=` names another folder of templates than those that come
with Hoster, `SMOKE_SECONDS=` how long the trial from outside may take. With `JSON=1` the last line
of the output is the summary.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.install import Installer, NotDeployed, summary
from infra.deploy.remove import NotRemoved, Remover
from infra.deploy.smoke import WITHIN_SECONDS
from infra.deploy.stack import ChangeSet
from infra.deploy.stage import Stage, Unusable, named
from infra.local.platform.progress import Progress, print_json
from infra.packaging.template import ROOT
from infra.seed.folder import FOLDER


def asked(name: str) -> bool:
    """Whether a switch of the command is set."""
    return os.environ.get(name) == "1"


def typed(question: str) -> str:
    """What somebody answers at a terminal; nothing where there is none."""
    print(question, end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def agreed(change_set: ChangeSet) -> bool:
    """Whether what would change may be changed."""
    endangered = [one.told() for one in change_set.changes if one.endangers_data]
    if endangered and not asked("REPLACE"):
        print("This endangers data; REPLACE=1 agrees to it:", *endangered, sep="\n  ")
        return False
    if asked("PLAN"):
        return False
    return asked("YES") or typed("Deploy this? [y/N]").lower() in {"y", "yes"}


def deploy(stage: Stage, progress: Progress) -> int:
    """Deploy a stage; the exit status tells whether it works."""
    installer = Installer(
        stage=stage,
        session=boto3.Session(region_name=stage.region),
        build=Path(os.environ.get("BUILD") or ROOT / "build"),
        dist=Path(os.environ.get("DIST") or ROOT / "web/dist"),
        progress=progress,
        agreed=agreed,
        smoke_seconds=float(os.environ.get("SMOKE_SECONDS") or WITHIN_SECONDS),
        seeds=Path(os.environ["SEEDS"]) if os.environ.get("SEEDS") else FOLDER,
    )
    try:
        addresses = installer.deploy()
    except NotDeployed as error:
        return _ended(progress, {}, str(error))
    for name, address in addresses.items():
        progress.line(f"  {name:<12} {address}")
    return _ended(progress, addresses, "")


def destroy(stage: Stage, progress: Progress) -> int:
    """Take a stage down once its name was typed."""
    name = stage.installation
    question = f"This takes {name} in {stage.region} down. Type its name:"
    if typed(question) != name:
        return _ended(progress, {}, "Nothing was done: the name was not typed.")
    session = boto3.Session(region_name=stage.region)
    try:
        left = Remover(stage, session, progress).remove()
    except NotRemoved as error:
        return _ended(progress, {}, str(error))
    progress.line("  These are left, and cost what they store:")
    for one in left:
        progress.line(f"    {one}")
    return _ended(progress, {}, "")


def _ended(progress: Progress, addresses: dict[str, str], failure: str) -> int:
    if failure:
        print(failure, file=sys.stderr)
    if progress.quiet_out:
        print_json(summary(progress, addresses, failure))
    return 1 if failure else 0


def main() -> int:
    """Do what the first argument says."""
    progress = Progress()
    verbs = {"deploy": deploy, "destroy": destroy}
    try:
        stage = named(os.environ.get("STAGE", ""))
        return verbs[sys.argv[1]](stage, progress)
    except (Unusable, BotoCoreError, ClientError) as error:
        return _ended(progress, {}, str(error))


if __name__ == "__main__":
    sys.exit(main())
