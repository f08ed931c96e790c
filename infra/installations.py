"""The installation that a command is about: the one that runs here, or the one that is named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from infra.local.platform import layout


@dataclass(frozen=True)
class Installation:
    """An installation, and AWS as whoever calls may ask it there."""

    name: str
    session: boto3.Session
    endpoint: str | None = None
    """Where AWS is, if not where the SDK looks by itself."""

    def client(self, service: str, config: Config | None = None) -> Any:
        """A client of one service of AWS."""
        make: Any = self.session.client
        return make(service, endpoint_url=self.endpoint, config=config)

    @property
    def region(self) -> str:
        """Where it is."""
        return str(self.session.region_name)

    @cached_property
    def account(self) -> str:
        """The AWS account that it is in."""
        return str(self.client("sts").get_caller_identity()["Account"])


def asked() -> Installation:
    """What `INSTALLATION` names, else the platform here. Raises `LookupError` for neither."""
    name, running = os.environ.get("INSTALLATION", ""), layout.running()
    if name:
        return Installation(name, boto3.Session())
    if running is None:
        raise LookupError(
            "The platform does not run here. Start it with make run, or name an installation on"
            " AWS with INSTALLATION=hoster"
        )
    session = boto3.Session(
        region_name=layout.REGION,
        aws_access_key_id=layout.AWS_ENV["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=layout.AWS_ENV["AWS_SECRET_ACCESS_KEY"],
    )
    return Installation(layout.INSTALLATION, session, running["urls"]["aws"])
