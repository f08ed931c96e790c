"""What every bench is given: where to tell its progress, and the platform when it needs one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import boto3

from infra.local.platform import layout
from infra.local.platform.borrow import borrowed
from infra.local.platform.progress import Progress

Json = dict[str, Any]


@dataclass
class Run:
    """One run of the command; leaving it stops the platform if it was started for the run."""

    progress: Progress
    samples: int = field(default_factory=lambda: int(os.environ.get("SAMPLES", "0")))
    """How often what takes seconds is measured; 0 for as often as the bench usually does."""
    _stack: ExitStack = field(default_factory=ExitStack)
    _platform: Json | None = None

    def __enter__(self) -> Run:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Give back what was borrowed."""
        self._stack.close()

    @property
    def platform(self) -> Json:
        """What `make status JSON=1` prints of the platform, which is started when none runs."""
        if self._platform is None:
            self._platform = self._stack.enter_context(borrowed(self.progress)).described
        return self._platform

    def aws(self, service: str) -> Any:
        """A client of the local AWS."""
        return boto3.client(  # type: ignore[call-overload]
            service, endpoint_url=self.platform["urls"]["aws"], **aws_login()
        )

    def rounds(self, case: str, usual: int = 5) -> Iterator[int]:
        """Count the rounds in which ours and the peers are measured one after the other."""
        count = self.samples or usual
        for number in range(1, count + 1):
            self.progress.line(f"  {case}: round {number} of {count}")
            yield number


def aws_login() -> dict[str, str]:
    """How boto3 signs in to the local AWS."""
    return {
        "region_name": layout.REGION,
        "aws_access_key_id": layout.AWS_ENV["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": layout.AWS_ENV["AWS_SECRET_ACCESS_KEY"],
    }
