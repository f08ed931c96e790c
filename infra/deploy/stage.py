"""The settings of one stage, read from its file in `infra/deploy/stages/`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

STAGES = Path(__file__).parent / "stages"
URL = Annotated[str, StringConstraints(pattern=r"^https?://[^/ ]+$")]
MOST_ALARMS = 5
"""CloudFormation looks at no more while it updates a stack."""


class Unusable(Exception):
    """A stage's settings cannot be used; the text says why."""


class Gateway(BaseModel):
    """How the gateway is configured, and where it reaches what it passes requests to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    admin_url: str = ""
    """Base of its admin API, as this machine reaches it; empty leaves the gateway alone."""
    admin_email: str = ""
    api: str = "{ApiUrl}"
    """Where the API is; outputs of the stack are filled in."""
    web: str = "{WebUrl}"
    """Where the built web app is."""


class Rollback(BaseModel):
    """What makes CloudFormation take an update back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minutes: Annotated[int, Field(ge=0, le=180)] = 5
    alarms: Annotated[tuple[str, ...], Field(max_length=MOST_ALARMS)] = ()
    """Logical ids of alarms of the main stack."""


class Stage(BaseModel):
    """One installation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    installation: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,20}$")]
    region: str
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    url: URL
    gateway: Gateway = Gateway()
    seeds: str = ""
    """Mail address of the account that publishes the templates that come with Hoster."""
    rollback: Rollback = Rollback()
    parameters: dict[str, str] = {}

    @property
    def code_bucket(self) -> str:
        """The bucket of its own that artefacts lie in; in the region of the stack."""
        return f"{self.installation}-code-{self.account}-{self.region}"

    def given(self) -> dict[str, str]:
        """The template's parameters."""
        fixed = {"Installation": self.installation, "CodeBucket": self.code_bucket}
        return {"WebOrigins": self.url, **self.parameters, **fixed}


def read(path: Path) -> Stage:
    """Read a stage's file. Raises `Unusable`."""
    try:
        return Stage.model_validate(yaml.safe_load(path.read_text()))
    except FileNotFoundError as error:
        known = ", ".join(sorted(one.stem for one in path.parent.glob("*.yaml")))
        message = f"There is no {path}. Copy example.yaml there and fill it in (found: {known})."
        raise Unusable(message) from error
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Unusable(f"{path}: " + "; ".join(wrong)) from error
    except yaml.YAMLError as error:
        raise Unusable(f"{path} is not YAML: {error}") from error


def named(name: str) -> Stage:
    """The settings of the stage that a command names: `STAGE=` or a path. Raises `Unusable`."""
    if not name:
        raise Unusable("Say which stage: make deploy STAGE=example")
    return read(Path(name) if name.endswith(".yaml") else STAGES / f"{name}.yaml")
