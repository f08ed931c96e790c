"""`make gateway`: configure the gateway of a stage; what is as it should be stays as it is.

    make gateway STAGE=production               by the admin API that the stage's file names
    make gateway STAGE=production ENV=apigate.env     writes the gateway's environment instead

The environment holds the secret that the gateway proves itself with at the API: it goes to the
gateway's machine and nowhere else. `docs/gateway.md` has the order of a first start.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.gateway import Configured, configured
from infra.deploy.secrets import Secrets
from infra.deploy.stack import Stack
from infra.deploy.stage import Stage, Unusable, named
from infra.gateway.admin import NotConfigured

READABLE_BY_OWNER = 0o600


def main() -> int:
    """Configure, or write the environment; tell what was done."""
    try:
        stage = named(os.environ.get("STAGE", ""))
        session = boto3.Session(region_name=stage.region)
        secrets = Secrets(session.client("secretsmanager"), stage.installation)
        if path := os.environ.get("ENV", ""):
            write_environment(Path(path), secrets)
            print(f"{path} is for the gateway's machine alone.")
            return 0
        stack = Stack(session.client("cloudformation"), stage.installation)
        print(_done(stage, stack.outputs(), secrets).told())
    except (Unusable, NotConfigured, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _done(stage: Stage, outputs: dict[str, str], secrets: Secrets) -> Configured:
    if not stage.gateway.admin_url:
        raise Unusable("The stage's gateway has no admin_url.")
    leads_to = {"api": stage.gateway.api, "web": stage.gateway.web}
    return configured(stage, leads_to, outputs, secrets)


def write_environment(path: Path, secrets: Secrets) -> None:
    """Write what APIGate is started with, for nobody but its owner. Raises `Unusable`."""
    found = secrets.read("gateway")
    if not found.get("current"):
        raise Unusable(f"There is no secret {secrets.installation}/gateway: make deploy first")
    path.touch(mode=READABLE_BY_OWNER)
    path.write_text(f"HOSTER_GATEWAY_SECRET={found['current']}\n")


if __name__ == "__main__":
    sys.exit(main())
