"""One whole life: sign up, provision, deploy, open, stop, start, delete, destroy, nothing left."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from infra.local.journey import leaks
from infra.local.journey.client import Account, Json
from infra.local.journey.own_name import OwnName
from infra.local.platform.layout import AWS_ENV, INSTALLATION
from infra.local.platform.progress import Progress, Stage

SIZE = "s-1vcpu-2gb"
REGION = "fra1"
PROVISION_SECONDS = 600.0
DEPLOY_SECONDS = 600.0
OPEN_SECONDS = 120.0
CERTIFICATE_SECONDS = 400.0
LEAKS = (
    "droplets",
    "containers",
    "volumes",
    "networks",
    "ports",
    "host_names",
    "certificates",
    "challenges",
    "executions",
)


class NotAsPromised(Exception):
    """Something that the product promises did not come true."""


@dataclass
class Life:
    """A life against a running platform; `platform` is what `make status JSON=1` prints."""

    platform: Json
    progress: Progress
    template_name: str
    ids: Json = field(default_factory=dict)
    urls: Json = field(default_factory=lambda: {"proxy": "", "direct": ""})
    leaks: leaks.Leaks = field(default_factory=lambda: {name: [] for name in LEAKS})
    account: Account = field(init=False)
    name: OwnName = field(init=False)
    instructions: list[Json] = field(default_factory=list)
    """The records that the domain needs, as the API says it."""

    def __post_init__(self) -> None:
        self.account = Account(self.platform["urls"]["web"])

    def live(self) -> None:
        """Live it. Raises what went wrong."""
        self._sign_up()
        self._bring_key_and_credential()
        self._provision()
        self._deploy()
        self._open()
        self._restart()
        self._stop()
        self._start()
        self._add_domain()
        self._secure_domain()
        self._remove_domain()
        self._delete()
        self._destroy()
        self._check_leaks()

    def _sign_up(self) -> None:
        with self.progress.stage("sign_up", "Sign up") as stage:
            email = f"demo-{secrets.token_hex(6)}@example.com"
            self.account.sign_up(email, secrets.token_urlsafe(16))
            stage.detail = email

    def _bring_key_and_credential(self) -> None:
        with self.progress.stage("credential", "Add an SSH key and a cloud credential") as stage:
            key = ed25519.Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.OpenSSH,
                serialization.NoEncryption(),
            )
            made = self.account.create("ssh_keys", {"name": "my key", "private_key": key.decode()})
            stage.detail = made["attributes"]["fingerprint"]
            self.ids["ssh_key"] = made["id"]
            credential = {
                "name": "my cloud",
                "provider": "digitalocean",
                "credentials": {"api_token": self.platform["cloud_token"]},
            }
            self.ids["credential"] = self.account.create("cloud_credentials", credential)["id"]

    def _provision(self) -> None:
        with self.progress.stage("provision", "Provision a server") as stage:
            given = {
                "credential_id": self.ids["credential"],
                "instance_name": f"demo-{secrets.token_hex(3)}",
                "region": REGION,
                "size": SIZE,
            }
            made = self.account.create("cloud_provisions", given)
            self.ids["provision"] = made["id"]
            ready = self._settled("cloud_provisions", made["id"], "ready", PROVISION_SECONDS, stage)
            self.ids["node"] = ready["attributes"]["node_id"]
            stage.detail = f"{given['instance_name']} at {ready['attributes']['public_ip']}"

    def _deploy(self) -> None:
        with self.progress.stage("deploy", "Deploy a two-service app") as stage:
            found = self.account.all("templates")
            template = next(
                (t for t in found if t["attributes"]["name"] == self.template_name), None
            )
            if template is None:
                raise NotAsPromised(f"The catalogue has no {self.template_name}.")
            given = {
                "name": f"demo {secrets.token_hex(3)}",
                "template_id": template["id"],
                "node_id": self.ids["node"],
                "direct_access": True,
            }
            made = self.account.create("deployments", given)
            self.ids["deployment"] = made["id"]
            self.account.call("POST", f"/deployments/{made['id']}/start")
            running = self._settled("deployments", made["id"], "running", DEPLOY_SECONDS, stage)
            stage.detail = running["attributes"]["url"]
            self.urls = {
                "proxy": running["attributes"]["url"],
                "direct": running["attributes"]["direct_url"],
            }
            self.ids["host"] = running["attributes"]["domains"][0]["hostname"]

    def _settled(
        self, resource: str, record_id: str, wanted: str, within: float, stage: Stage
    ) -> Json:
        def tell(step: str) -> None:
            self.progress.line(f"      {step}")

        record = self.account.settled(resource, record_id, within=within, tell=tell)
        attributes = record["attributes"]
        if attributes["status"] != wanted:
            reason = attributes.get("error_message") or "no reason given"
            stage.detail = reason
            raise NotAsPromised(f"{record_id} is {attributes['status']}, not {wanted}: {reason}")
        return record

    def _open(self) -> None:
        with self.progress.stage("first_200_through_proxy", "Open it through the app proxy"):
            self._until(200, self.platform["urls"]["proxy"], self.ids["host"])
        with self.progress.stage("first_200_direct", "Open it at the node's own address"):
            self._until(200, self.urls["direct"], self.ids["host"])

    def _until(self, status: int, url: str, host: str) -> httpx.Response:
        """Ask until the app answers with `status`, redirects followed on the same address."""
        end = time.monotonic() + OPEN_SECONDS
        seen: Any = "nothing"
        while time.monotonic() < end:
            try:
                answer = self._ask(url, host)
                seen = answer.status_code
                if seen == status:
                    return answer
            except httpx.HTTPError as error:
                seen = type(error).__name__
            time.sleep(0.1)
        raise NotAsPromised(f"{host} at {url} answers {seen}, not {status}.")

    def _ask(self, url: str, host: str) -> httpx.Response:
        with httpx.Client(base_url=url, headers={"Host": host}, trust_env=False) as http:
            answer = http.get("/", timeout=10)
            for _ in range(5):
                if not answer.is_redirect:
                    break
                answer = http.get(httpx.URL(answer.headers["location"]).raw_path.decode())
            return answer

    def _restart(self) -> None:
        with self.progress.stage("restart", "Restart it in place") as stage:
            before = self._containers()
            self.account.call("POST", f"/deployments/{self.ids['deployment']}/restart")
            self._settled("deployments", self.ids["deployment"], "running", DEPLOY_SECONDS, stage)
            after = self._containers()
            same = all(after[name]["id"] == before[name]["id"] for name in before)
            later = all(after[name]["started_at"] > before[name]["started_at"] for name in before)
            if not (same and later):
                raise NotAsPromised("The containers were not the same ones, started again.")
            self._until(200, self.platform["urls"]["proxy"], self.ids["host"])

    def _containers(self) -> Json:
        found = self._deployment()["containers"]
        return {container["service_name"]: container for container in found}

    def _deployment(self) -> Json:
        found: Json = self.account.get("deployments", self.ids["deployment"])["attributes"]
        return found

    def _stop(self) -> None:
        with self.progress.stage("stop", "Stop it") as stage:
            self.account.call("POST", f"/deployments/{self.ids['deployment']}/stop")
            self._settled("deployments", self.ids["deployment"], "stopped", 120, stage)
            self._until(503, self.platform["urls"]["proxy"], self.ids["host"])

    def _start(self) -> None:
        with self.progress.stage("start", "Start it again") as stage:
            self.account.call("POST", f"/deployments/{self.ids['deployment']}/start")
            self._settled("deployments", self.ids["deployment"], "running", DEPLOY_SECONDS, stage)
            self._until(200, self.platform["urls"]["proxy"], self.ids["host"])

    def _add_domain(self) -> None:
        """Pending, proven at the name server, verified."""
        name = OwnName(self.platform, self.account, self.ids["deployment"])
        self.name, self.ids["own_host"] = name, name.host
        with self.progress.stage("domain", "Add a domain, which waits for its proof") as stage:
            added = name.add()
            [own] = self._deployment()["custom_domains"]
            self.ids["domain"] = own["id"]
            if added["status"] != "pending":
                raise NotAsPromised(f"{name.host} is {added['status']}, not pending.")
            self._until(403, self.platform["urls"]["proxy"], name.host)
            self.instructions = added["instructions"]
            stage.detail = f"{name.host} answers 403"
        with self.progress.stage("domain_verified", "Make its records and have it verified"):
            for one in self.instructions:
                self.progress.line(f"      {one['type']} {one['name']} {one['value']}")
            name.follow(self.instructions)
            checked = name.verify()
            if checked["status"] != "verified":
                raise NotAsPromised(f"{name.host} is {checked['status']}: {checked['records']}")
            self._until(200, self.platform["urls"]["proxy"], name.host)

    def _secure_domain(self) -> None:
        """A certificate, 200 over HTTPS, and HTTP that leads there."""
        name = self.name
        with self.progress.stage("certificate", "Have a certificate by the authority") as stage:
            served = name.until(lambda one: bool(one["ssl_enabled"]), CERTIFICATE_SECONDS)
            stage.detail = f"until {served['ssl_expires_at']}"
        with self.progress.stage("first_200_https", "Open it over HTTPS") as stage:
            self._until_secure(200)
            stage.detail = (
                f"https://{name.host}:{urlsplit(self.platform['urls']['proxy_tls']).port}"
            )
        with self.progress.stage("https_redirect", "HTTP leads to HTTPS") as stage:
            answer = name.plain("/here?and=there")
            stage.detail = f"{answer.status_code} {answer.headers.get('location')}"
            port = urlsplit(self.platform["urls"]["proxy_tls"]).port
            if answer.headers.get("location") != f"https://{name.host}:{port}/here?and=there":
                raise NotAsPromised(f"HTTP is not led to HTTPS: {stage.detail}")

    def _until_secure(self, status: int) -> None:
        """Ask over HTTPS until the app answers with `status`: proxies follow within a second."""
        end = time.monotonic() + OPEN_SECONDS
        seen: Any = "nothing"
        while time.monotonic() < end:
            try:
                seen = self.name.secure().status_code
                if seen == status:
                    return
            except httpx.HTTPError as error:
                seen = error
            time.sleep(0.1)
        raise NotAsPromised(f"https://{self.name.host} answers {seen}, not {status}.")

    def _until_insecure(self) -> None:
        """Ask over HTTPS until there is no certificate to believe any more."""
        end = time.monotonic() + OPEN_SECONDS
        while time.monotonic() < end:
            try:
                self.name.secure()
            except httpx.ConnectError:
                return
            time.sleep(0.1)
        raise NotAsPromised(f"{self.name.host} still has a certificate.")

    def _remove_domain(self) -> None:
        with self.progress.stage("domain_removed", "Remove the domain") as stage:
            self.name.remove()
            self.name.forget(self.instructions)
            self._until(404, self.platform["urls"]["proxy"], self.name.host)
            self._until_insecure()
            stage.detail = f"{self.name.host} has no certificate any more"

    def _delete(self) -> None:
        with self.progress.stage("delete", "Delete it with its data"):
            record_id = self.ids["deployment"]
            goes_on = self.account.call("DELETE", f"/deployments/{record_id}")
            if goes_on and not self.account.gone("deployments", record_id, within=300):
                raise NotAsPromised(f"{record_id} is still there.")
            [droplet] = leaks.droplets_of(self.platform["urls"]["cloud"], self.ids["provision"])
            self.leaks |= leaks.on_node(str(droplet["container"]), record_id)
            self._until(404, self.platform["urls"]["proxy"], self.ids["host"])

    def _destroy(self) -> None:
        with self.progress.stage("destroy", "Destroy the server"):
            record_id = self.ids["provision"]
            goes_on = self.account.call("DELETE", f"/cloud_provisions/{record_id}")
            if goes_on and not self.account.gone("cloud_provisions", record_id, within=300):
                raise NotAsPromised(f"{record_id} is still there.")

    def _check_leaks(self) -> None:
        with self.progress.stage("leak_check", "Prove that nothing is left"):
            aws = {
                "endpoint_url": self.platform["urls"]["aws"],
                "region_name": self.platform["region"],
                "aws_access_key_id": AWS_ENV["AWS_ACCESS_KEY_ID"],
                "aws_secret_access_key": AWS_ENV["AWS_SECRET_ACCESS_KEY"],
            }
            mine = [self.ids[name] for name in ("provision", "deployment", "domain")]
            self.leaks |= leaks.of_records(self.platform["urls"]["cloud"], INSTALLATION, mine, aws)
            told = leaks.of_names(INSTALLATION, [self.ids["host"], self.ids["own_host"]], aws)
            self.leaks |= told | {"host_names": self.leaks["host_names"] + told["host_names"]}
            left = {kind: found for kind, found in self.leaks.items() if found}
            if left:
                raise NotAsPromised(f"Left behind: {left}")
