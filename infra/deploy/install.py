"""Deploys an installation: one stage after the other, each told, and taken back when it fails.

What ran before is noted in the code bucket as the last release that worked. When the new one does
not answer as it should from outside, the stack and the web app of that note are deployed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from infra.deploy import checks, kept, smoke, web
from infra.deploy.artefact import CodeBucket
from infra.deploy.gateway import configured, filled
from infra.deploy.secrets import Secrets
from infra.deploy.stack import ChangeSet, Stack, StackFailed
from infra.deploy.stage import Stage, Unusable
from infra.gateway.admin import NotConfigured
from infra.local.journey.client import Account, Refused
from infra.local.platform.progress import Progress
from infra.packaging.shortest import written
from infra.seed.folder import FOLDER, read_all
from infra.seed.load import load

RELEASE = "release.json"
"""Where the code bucket has the last release that worked."""
API_STAGE = "api"
MOST_SHOWN = 60
"""Lines of changes that are shown; the rest is counted."""


class NotDeployed(Exception):
    """The installation is not deployed as asked; the text says how it stands."""


@dataclass(frozen=True)
class Release:
    """What makes a deployment, all of it in the code bucket."""

    template: str
    parameters: dict[str, str]
    web: str
    """The web app's archive."""
    leads_to: dict[str, str]
    """Where the gateway finds API and web app, outputs of the stack not yet filled in."""

    @classmethod
    def noted(cls, bucket: CodeBucket) -> Release | None:
        """The last one that worked."""
        note = bucket.note(RELEASE)
        return cls(**note) if note else None


@dataclass
class Installer:
    """One deployment of one stage. `session` is boto3's, in the stage's region."""

    stage: Stage
    session: Any
    build: Path
    dist: Path
    progress: Progress
    agreed: Callable[[ChangeSet], bool]
    """Whether what would change may be changed."""
    smoke_seconds: float = smoke.WITHIN_SECONDS
    seeds: Path = FOLDER
    """The folder of the templates that are published."""
    outputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bucket = CodeBucket(self.session.client("s3"), self.stage.code_bucket)
        self.stack = Stack(
            self.session.client("cloudformation"), self.stage.installation, tell=self._indented
        )
        self.secrets = Secrets(self.session.client("secretsmanager"), self.stage.installation)

    def deploy(self) -> dict[str, str]:
        """Deploy, and return where everything is. Raises `NotDeployed`."""
        self._check()
        former, release = self._uploaded()
        self._make(release)
        try:
            self._serve(release)
            self._try(release)
        except (NotDeployed, NotConfigured, Unusable, httpx.HTTPError) as error:
            self._take_back(former, error)
        self.bucket.keep(RELEASE, vars(release))
        if self.stage.seeds and self.stage.gateway.admin_url:
            self._seed()
        return self.addresses()

    def addresses(self) -> dict[str, str]:
        """Where everything is."""
        return {
            "web": self.stage.url,
            "api": f"{self.stage.url}/api/v1",
            "api_itself": filled(self.stage.gateway.api, self.outputs),
            "apps": f"*.{self.stage.parameters.get('AppsDomain', '')}",
        }

    def _indented(self, text: str) -> None:
        self.progress.line(f"      {text}")

    def _check(self) -> None:
        with self.progress.stage("checks", "Credentials, region, quotas, names") as stage:
            found = list(checks.findings(self.stage, self.session, self.build, self.dist))
            for one in found:
                self._indented(f"{one.level}: {one.text}")
            wrong = [one.text for one in found if one.level == "wrong"]
            if wrong:
                raise NotDeployed(" ".join(wrong))
            stage.detail = f"{sum(one.level == 'warning' for one in found)} warnings"

    def _uploaded(self) -> tuple[Release | None, Release]:
        """The release that worked last, and this one once all of it is in the code bucket."""
        with self.progress.stage("artefact", "Upload the artefact") as stage:
            self.bucket.ensure()
            former = Release.noted(self.bucket)
            archive = web.packed(web.files_of(self.dist))
            key = web.key_of(archive)
            if key not in set(self.bucket.keys()):
                self.bucket.s3.put_object(Bucket=self.bucket.name, Key=key, Body=archive)
            template = self.bucket.upload(self.build)
            stage.detail = f"{self.bucket.name}/{template}"
        leads_to = {"api": self.stage.gateway.api, "web": self.stage.gateway.web}
        return former, Release(template, self.stage.given(), key, leads_to)

    def _make(self, release: Release) -> None:
        """Show what would change, ask, and change it."""
        self._adopt(release)
        with self.progress.stage("changes", "What would change") as stage:
            change_set = self._proposed(release)
            stage.detail = "nothing" if change_set is None else _counted(change_set)
        if change_set is None:
            self.outputs = self.stack.outputs()
            return
        for one in change_set.changes[:MOST_SHOWN]:
            self._indented(one.told())
        if (more := len(change_set.changes) - MOST_SHOWN) > 0:
            self._indented(f"and {more} more")
        if not self.agreed(change_set):
            self.stack.discard(change_set)
            raise NotDeployed("Nothing was changed: what would change was not agreed to.")
        with self.progress.stage("stack", "Deploy the stacks"):
            self._execute(change_set)
            # Who may reach the API holds only for what is deployed after it was said.
            self.session.client("apigateway").create_deployment(
                restApiId=self.outputs["ApiId"], stageName=API_STAGE
            )

    def _proposed(self, release: Release) -> ChangeSet | None:
        url = self.bucket.url(release.template)
        try:
            return self.stack.propose(url, release.parameters, rollback=self.stage.rollback)
        except StackFailed as error:
            raise NotDeployed(str(error)) from error

    def _execute(self, change_set: ChangeSet) -> None:
        try:
            self.outputs = self.stack.execute(change_set)
        except StackFailed as error:
            message = f"CloudFormation took its changes back. {error}"
            raise NotDeployed(message) from error

    def _adopt(self, release: Release) -> None:
        """Have a new stack take over what a former one of its name left."""
        note = self.bucket.note(kept.NOTE)
        if note is None or self.stack.stands:
            return
        with self.progress.stage("adopt", "Take over what was kept") as stage:
            template = yaml.load(self.bucket.read(release.template), Loader=yaml.CSafeLoader)
            key = f"adopt/{release.template}"
            body = written(kept.alone(note, template))
            self.bucket.s3.put_object(Bucket=self.bucket.name, Key=key, Body=body)
            adopted = kept.to_import(note, template)
            change_set = self.stack.propose(
                self.bucket.url(key), release.parameters, adopted=adopted
            )
            if change_set is not None:
                self._execute(change_set)
            stage.detail = ", ".join(sorted(note))

    def _serve(self, release: Release) -> None:
        """Put the web app where it is served, and have the gateway lead to everything."""
        with self.progress.stage("web", "Upload the web app") as stage:
            files = web.unpacked(self.bucket.read(release.web))
            web.upload(self.bucket.s3, self.outputs["WebBucketName"], files)
            stage.detail = f"{len(files)} files"
        if distribution := self.outputs.get("WebDistributionId", ""):
            with self.progress.stage("cdn", "Have the edge locations forget") as stage:
                stage.detail = web.invalidate(self.session.client("cloudfront"), distribution)
        if self.stage.gateway.admin_url:
            with self.progress.stage("gateway", "Configure the gateway") as stage:
                stage.detail = configured(
                    self.stage, release.leads_to, self.outputs, self.secrets
                ).told()

    def _try(self, release: Release) -> None:
        """Ask from outside; without a gateway there is only the API's own address to ask."""
        with self.progress.stage("smoke", "Try it from outside"):
            api = filled(release.leads_to["api"], self.outputs)
            asked = smoke.CHECKS if self.stage.gateway.admin_url else smoke.WITHOUT_GATEWAY
            outcomes = smoke.tried(self.stage.url, api, within=self.smoke_seconds, checks=asked)
            for one in outcomes:
                self._indented(f"{'ok' if one.ok else 'not so'}: {one.name}. {one.detail}".strip())
            wrong = [one for one in outcomes if not one.ok]
            if wrong:
                raise NotDeployed("; ".join(f"{one.name}: {one.detail}" for one in wrong))

    def _take_back(self, former: Release | None, error: Exception) -> None:
        """Deploy what worked before. Raises `NotDeployed` in any case."""
        if former is None:
            message = f"It does not work, and nothing worked before that could be put back: {error}"
            raise NotDeployed(message) from error
        with self.progress.stage("back", "Put back what worked"):
            change_set = self._proposed(former)
            if change_set is not None:
                self._execute(change_set)
            self._serve(former)
            self._try(former)
        raise NotDeployed(f"It did not work; what worked before was put back. {error}") from error

    def _seed(self) -> None:
        """Publish templates, as an account of the installation's own. Raises `NotDeployed`."""
        with self.progress.stage("seeds", "Publish the templates that come with it") as stage:
            email = self.stage.seeds
            account = Account(self.stage.url)
            try:
                account.sign_up(email, self.secrets.password_of("creator", email))
            except Refused as error:
                raise NotDeployed(f"{email} cannot sign in: {error}") from error
            outcomes = list(load(account, read_all(self.seeds)))
            failed = [f"{one.slug}: {one.detail}" for one in outcomes if one.done == "failed"]
            stage.detail = f"{len(outcomes) - len(failed)} of {len(outcomes)}"
            if failed:
                raise NotDeployed("It works, without some templates: " + "; ".join(failed))


def _counted(change_set: ChangeSet) -> str:
    counts: dict[str, int] = {}
    for one in change_set.changes:
        counts[one.action] = counts.get(one.action, 0) + 1
    return ", ".join(f"{count} {action}" for action, count in sorted(counts.items()))


def summary(progress: Progress, addresses: Mapping[str, str], failure: str = "") -> dict[str, Any]:
    """The last line of the command for programs."""
    return {
        "ok": not failure,
        "seconds": progress.seconds(),
        "stages": progress.as_json(),
        "urls": dict(addresses),
        "failure": failure or None,
    }
