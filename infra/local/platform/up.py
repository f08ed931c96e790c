"""Bring the platform up: engine, images, AWS, the stack, the stand-ins, the proxy, the web app."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import httpx

from infra.local.authority.endpoint import Files as AuthorityFiles
from infra.local.authority.endpoint import ensure_endpoint
from infra.local.authority.pebble import Authority
from infra.local.bucket import names as bucket_names
from infra.local.bucket.files import BucketFiles
from infra.local.cloud import nursery, stack
from infra.local.dns import zone as dns_zone
from infra.local.dns.records import NameServer
from infra.local.gateway.certificates import EdgeFiles
from infra.local.platform import layout
from infra.local.platform.layout import Ports, aws_environment, choose_ports
from infra.local.platform.processes import Family
from infra.local.platform.progress import Progress
from infra.local.platform.web import upload_web

MAIL_FROM = "no-reply@hoster.example"
"""What letters come from; they all end in the local mailbox."""


def answers(url: str) -> Callable[[], bool]:
    """A question: does something answer at `url`?"""

    def ask() -> bool:
        try:
            return httpx.get(url, timeout=2, trust_env=False).status_code < 500
        except httpx.HTTPError:
            return False

    return ask


@dataclass
class Platform:
    """The parts of one run."""

    progress: Progress
    family: Family
    ports: Ports = field(default_factory=choose_ports)
    registry: str = ""
    bridge: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every child."""
        return {
            **aws_environment(self.ports),
            "PYTHONPATH": str(layout.ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    def bring_up(self) -> None:
        """Bring everything up, in order. Raises the first failure."""
        layout.LOGS.mkdir(parents=True, exist_ok=True)
        layout.clear_faults()
        self._refuse_taken_ports()
        self.secrets = own_secrets()
        self._engine()
        self._private_registry()
        self._swift()
        self._name_server()
        self._authority()
        self._mail()
        self._cloud()
        self._package_and_deploy()
        self._archives()
        self._bucket()
        self._digitalocean()
        self._gateway()
        self._console()
        self._stripe()
        self._proxy()
        with self.progress.stage("web", "Upload the web app") as stage:
            stage.detail = upload_web(self.outputs["WebBucketName"])

    def _refuse_taken_ports(self) -> None:
        loopback = "127.0.0.1"
        for port, owner, address in (
            (self.ports.gateway, "gateway", loopback),
            (self.ports.proxy, "app proxy", loopback),
            (self.ports.proxy_tls, "app proxy", loopback),
            (self.ports.dns, "name server", layout.DNS_ADDRESS),
        ):
            if not layout.is_free(port, address):
                raise RuntimeError(
                    f"Port {port} is taken; the {owner} needs it. Stop what listens there."
                )

    def _engine(self) -> None:
        from infra.local import engine, nodes, registry

        with self.progress.stage("engine", "Docker Engine"):
            engine.ensure_engine()
        with self.progress.stage("droplet_image", "Droplet image"):
            nodes.ensure_image()
        with self.progress.stage("network", "Private network of the servers") as stage:
            self.bridge = nodes.ensure_network()
            stage.detail = self.bridge
        with self.progress.stage("registry", "Image registry and its images") as stage:
            self.registry = registry.ensure_registry()
            stage.detail = self.registry

    @property
    def private_registry(self) -> str:
        """The registry that gives images out to who logs in, as images name it."""
        return f"{self.bridge}:{self.ports.private_registry}"

    def _private_registry(self) -> None:
        from infra.local.registry.server import FOLDER

        with self.progress.stage("private_registry", "Image registry that wants a login") as stage:
            self.family.start(
                "private registry",
                "infra.local.registry.guarded",
                *("--bind", self.private_registry),
                *("--images", str(FOLDER / "images")),
                *("--state", str(layout.STATE / "private-registry")),
                *("--username", layout.REGISTRY_USER),
                environment=self.environment
                | {"REGISTRY_PASSWORD": self.secrets["registry_password"]},
                log=layout.LOGS / "private-registry.log",
                ready=answers(f"http://{self.private_registry}/v2/"),
            )
            stage.detail = self.private_registry

    @property
    def bucket(self) -> str:
        """Where somebody else's S3 answers, as customers give its endpoint."""
        return f"https://{self.bridge}:{self.ports.bucket}"

    def _swift(self) -> None:
        """Begin to start somebody else's S3, which gets ready while other parts do."""
        BucketFiles(layout.BUCKET).ensure(self.bridge)
        keys = {user: self.secrets[f"bucket_{user}"] for user in bucket_names.USERS}
        self.family.start(
            "Swift",
            "infra.local.bucket.swift",
            *("--port", str(self.ports.swift), "--state", str(layout.BUCKET / "swift")),
            environment=self.environment | {"BUCKET_SECRETS": json.dumps(keys)},
            log=layout.LOGS / "swift.log",
            ready=lambda: True,
        )

    def _bucket(self) -> None:
        with self.progress.stage("bucket", "Somebody else's S3") as stage:
            upstream = f"http://127.0.0.1:{self.ports.swift}"
            self.family.start(
                "way to Swift",
                "infra.local.bucket",
                *("--bind", f"{self.bridge}:{self.ports.bucket}"),
                *("--upstream", upstream),
                *("--certificate", str(BucketFiles(layout.BUCKET).server)),
                environment=self.environment,
                log=layout.LOGS / "bucket.log",
                ready=answers(f"{upstream}/healthcheck"),
            )
            stage.detail = self.bucket

    def _name_server(self) -> None:
        with self.progress.stage("dns", "Name server") as stage:
            secret = dns_zone.own_key(self._zone_files)
            server = NameServer(layout.DNS_ADDRESS, self.ports.dns, secret)
            self.family.start(
                "name server",
                "infra.local.dns",
                *("--state", str(layout.DNS), "--port", str(self.ports.dns), "serve"),
                environment=self.environment,
                log=layout.LOGS / "dns.log",
                ready=server.answers,
            )
            stage.detail = self.name_server

    @property
    def _zone_files(self) -> dns_zone.Files:
        return dns_zone.Files(layout.DNS)

    @property
    def name_server(self) -> str:
        """Where the name server listens."""
        return f"{layout.DNS_ADDRESS}:{self.ports.dns}"

    @property
    def authority(self) -> Authority:
        """The certificate authority."""
        files = AuthorityFiles(layout.AUTHORITY)
        return Authority(files, self.ports.acme, self.ports.acme_management)

    @property
    def edge(self) -> EdgeFiles:
        """Who asks, and who answers, at the gateway's second host name."""
        return EdgeFiles(layout.STATE / "edge")

    def _authority(self) -> None:
        with self.progress.stage("authority", "Certificate authority") as stage:
            authority = self.authority
            ensure_endpoint(authority.files)
            self.family.start(
                "certificate authority",
                "infra.local.authority",
                *("--state", str(layout.AUTHORITY)),
                *("--port", str(authority.port)),
                *("--management-port", str(authority.management_port)),
                *("--challenge-port", str(self.ports.proxy)),
                *("--name-server", self.name_server),
                environment=self.environment,
                log=layout.LOGS / "authority.log",
                ready=authority.answers,
            )
            authority.keep_root()
            stage.detail = authority.directory

    def _mail(self) -> None:
        with self.progress.stage("mail", "Mailbox") as stage:
            url = f"http://127.0.0.1:{self.ports.mail}"
            self.family.start(
                "mailbox",
                "infra.local.mail",
                *("--port", str(self.ports.mail)),
                *("--smtp-port", str(self.ports.smtp)),
                *("--aws", f"http://127.0.0.1:{self.ports.aws}"),
                environment=self.environment | layout.AWS_ENV,
                log=layout.LOGS / "mail.log",
                ready=answers(f"{url}/health"),
            )
            stage.detail = url

    def _cloud(self) -> None:
        with self.progress.stage("aws", "Local AWS"):
            environment = self.environment | {
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(self.ports.aws),
                "PERSIST_STATE": "1",
                "STATE_DIR": str(layout.STATE / "aws"),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(layout.STATE / "aws-s3"),
                "HOSTER_PYTHON": str(layout.ROOT / "infra/local/cloud/python"),
                "HOSTER_LOCAL_PYTHON": sys.executable,
                "HOSTER_NURSERY": layout.NURSERY,
                "HOSTER_FAULTS_FOLDER": str(layout.FAULTS),
                "HOSTER_COUNTS_FOLDER": str(layout.COUNTS),
                "SSL_CERT_DIR": BucketFiles(layout.BUCKET).believed,
                "LOG_LEVEL": "WARNING",
                "SMTP_HOST": f"127.0.0.1:{self.ports.smtp}",
            }
            self.family.start(
                "nursery of functions",
                "infra.local.cloud.nursery",
                environment=environment,
                log=layout.LOGS / "functions.log",
                ready=lambda: nursery.answers(layout.NURSERY),
            )
            self.family.start(
                "local AWS",
                "infra.local.cloud.emulator",
                environment=environment,
                log=layout.LOGS / "aws.log",
                ready=answers(f"http://127.0.0.1:{self.ports.aws}/_ministack/health"),
            )
        os.environ.update(
            {
                **layout.AWS_ENV,
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.ports.aws}",
            }
        )
        os.environ.pop("AWS_CA_BUNDLE", None)

    def _package_and_deploy(self) -> None:
        with self.progress.stage("package", "Package the product") as stage:
            done = subprocess.run(
                [sys.executable, "-m", "infra.packaging.build"],
                cwd=layout.ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(done.stderr[-2000:])
            stage.detail = done.stdout.strip()
        with self.progress.stage("stack", "Deploy the template"):
            # The owner of an installation has the domain of its letters verified.
            identity = MAIL_FROM.partition("@")[2]
            boto3.client("sesv2").create_email_identity(EmailIdentity=identity)
            _keep_secret(f"{layout.INSTALLATION}/dns", dns_zone.own_key(self._zone_files))
            stripe = {
                "key": self.secrets["stripe_key"],
                "webhook_secret": self.secrets["stripe_hook"],
            }
            _keep_secret(f"{layout.INSTALLATION}/stripe", json.dumps(stripe))
            self.edge.ensure()
            asking = {
                "key": self.secrets["meter_key"],
                "certificate": self.edge.client.read_text(),
                "authority": self.edge.root.read_text(),
            }
            _keep_secret(f"{layout.INSTALLATION}/metering", json.dumps(asking))
            self.outputs = stack.deploy(
                layout.ROOT / "build", layout.INSTALLATION, self._parameters()
            )

    def _parameters(self) -> dict[str, str]:
        return {
            "Installation": layout.INSTALLATION,
            "Epoch": os.environ.get("HOSTER_LOCAL_EPOCH", "1"),
            "AppsDomain": layout.APPS_DOMAIN,
            "ProxyURL": "http://{host}:" + str(self.ports.proxy),
            "DigitalOceanURL": f"http://127.0.0.1:{self.ports.cloud}",
            "StripeURL": f"http://127.0.0.1:{self.ports.stripe}",
            "WebOrigins": " ".join(layout.web_origins(self.ports)),
            "RegistryMirror": self.registry,
            "PlainRegistries": self.private_registry,
            "WebhookSchemes": "https http",
            "ArchivesURL": f"http://{self.bridge}:{self.ports.archives}",
            "RefusedNetworks": "127.0.0.0/8 169.254.0.0/16 224.0.0.0/4 0.0.0.0/8",
            "NameServers": layout.DNS_ADDRESS,
            "ProxyAddresses": "127.0.0.1",
            "AuthorityURL": self.authority.directory,
            "AuthorityRoots": self.authority.files.root.read_text(),
            "ChallengePort": str(self.ports.proxy),
            "ProxyTLSPort": str(self.ports.proxy_tls),
            "MailFrom": MAIL_FROM,
            "MeteringURL": f"https://127.0.0.1:{self.ports.edge}",
            "DnsUpdates": f"rfc2136:{layout.DNS_ADDRESS}:{dns_zone.ZONE}:{dns_zone.KEY_NAME}",
        }

    def _archives(self) -> None:
        with self.progress.stage("archives", "Way of the servers to the archives") as stage:
            url = f"http://{self.bridge}:{self.ports.archives}"
            self.family.start(
                "archives",
                "infra.local.archives",
                *("--bind", f"{self.bridge}:{self.ports.archives}"),
                *("--aws", f"127.0.0.1:{self.ports.aws}"),
                *("--bucket", self.outputs["ArchivesBucketName"]),
                *("--state", str(layout.STATE / "archives")),
                environment=self.environment,
                log=layout.LOGS / "archives.log",
                ready=answers(f"{url}/"),
            )
            stage.detail = url

    def _digitalocean(self) -> None:
        with self.progress.stage("digitalocean", "Local DigitalOcean"):
            self.family.start(
                "local DigitalOcean",
                "infra.local.digitalocean",
                *("--port", str(self.ports.cloud)),
                *("--state", str(layout.STATE / "digitalocean")),
                *("--token", layout.CLOUD_TOKEN),
                environment=self.environment,
                log=layout.LOGS / "digitalocean.log",
                ready=answers(f"http://127.0.0.1:{self.ports.cloud}/_local/health"),
            )

    def _gateway(self) -> None:
        with self.progress.stage("gateway", "Gateway"):
            config = self._gateway_config()
            secret = boto3.client("secretsmanager").get_secret_value(
                SecretId=self.outputs["GatewaySecretName"]
            )["SecretString"]
            environment = self.environment | {
                "HOSTER_GATEWAY_SECRET": json.loads(secret)["current"],
                "APIGATE_JWT_SECRET": self.secrets["jwt"],
                "APIGATE_METER_KEY": self.secrets["meter_key"],
            }
            self.family.start(
                "gateway",
                "infra.local.gateway",
                *("--port", str(self.ports.gateway)),
                *("--edge-port", str(self.ports.edge)),
                *("--edge", str(self.edge.folder)),
                *("--state", str(layout.STATE / "gateway")),
                *("--config", str(config)),
                environment=environment,
                log=layout.LOGS / "gateway.log",
                ready=answers(f"http://127.0.0.1:{self.ports.gateway}/health"),
            )

    def _gateway_config(self) -> Path:
        aws = f"http://127.0.0.1:{self.ports.aws}"
        config = {
            "api": f"{aws}/restapis/{self.outputs['ApiId']}/api/_user_request_",
            "web": f"{aws}/{self.outputs['WebBucketName']}",
            "public": f"http://127.0.0.1:{self.ports.gateway}",
        }
        path = layout.STATE / "gateway.json"
        path.write_text(json.dumps(config, indent=1))
        return path

    def _stripe(self) -> None:
        with self.progress.stage("stripe", "Local Stripe"):
            hook = f"http://127.0.0.1:{self.ports.gateway}/api/v1/webhooks/stripe"
            self.family.start(
                "local Stripe",
                "infra.local.stripe",
                *("--port", str(self.ports.stripe)),
                *("--state", str(layout.STATE / "stripe")),
                *("--webhook-url", hook),
                environment=self.environment
                | {
                    "STRIPE_KEY": self.secrets["stripe_key"],
                    "STRIPE_WEBHOOK_SECRET": self.secrets["stripe_hook"],
                },
                log=layout.LOGS / "stripe.log",
                ready=answers(f"http://127.0.0.1:{self.ports.stripe}/_local/health"),
            )

    def _console(self) -> None:
        with self.progress.stage("console", "Console of the executions"):
            url = f"http://127.0.0.1:{self.ports.console}"
            self.family.start(
                "console",
                "infra.local.console",
                *("--port", str(self.ports.console)),
                *("--installation", layout.INSTALLATION),
                *("--mail", f"http://127.0.0.1:{self.ports.mail}"),
                environment=self.environment,
                log=layout.LOGS / "console.log",
                ready=answers(f"{url}/health"),
            )

    def _proxy(self) -> None:
        with self.progress.stage("proxy", "App proxy"):
            environment = self.environment | {
                "HOSTER_INSTALLATION": layout.INSTALLATION,
                "HOSTER_ROUTES_TABLE": f"{layout.INSTALLATION}-routes",
                "HOSTER_APPS_DOMAIN": layout.APPS_DOMAIN,
                "HOSTER_PROXY_URL": self._parameters()["ProxyURL"],
                "HOSTER_PROXY_REFUSED_NETWORKS": "127.0.0.0/8 169.254.0.0/16 224.0.0.0/4",
                "HOSTER_PROXY_REPORT_SECONDS": "5",
                "HOSTER_KMS_KEY": self.outputs["KeyArn"],
                "HOSTER_TRAFFIC_QUEUE": self.outputs["TrafficQueueUrl"],
            }
            self.family.start(
                "app proxy",
                "infra.proxy",
                *("--bind", "127.0.0.1", "--port", str(self.ports.proxy)),
                *("--tls-port", str(self.ports.proxy_tls)),
                *("--public-tls-port", str(self.ports.proxy_tls)),
                *("--state", str(layout.STATE / "proxy")),
                environment=environment,
                log=layout.LOGS / "proxy.log",
                ready=answers(f"http://127.0.0.1:{self.ports.proxy}/"),
            )

    def describe(self, account: dict[str, str]) -> dict[str, Any]:
        """What `make status JSON=1` prints."""
        return {
            "ready": True,
            "version": "0.1.0",
            "urls": {
                "web": f"http://127.0.0.1:{self.ports.gateway}",
                "api": f"http://127.0.0.1:{self.ports.gateway}/api/v1",
                "aws": f"http://127.0.0.1:{self.ports.aws}",
                "proxy": f"http://127.0.0.1:{self.ports.proxy}",
                "proxy_tls": f"https://127.0.0.1:{self.ports.proxy_tls}",
                "dns": f"dns://{self.name_server}",
                "acme": self.authority.directory,
                "acme_roots": self.authority.roots_url,
                "cloud": f"http://127.0.0.1:{self.ports.cloud}",
                "registry": self.registry,
                "stripe": f"http://127.0.0.1:{self.ports.stripe}",
                "console": f"http://127.0.0.1:{self.ports.console}",
                "mail": f"http://127.0.0.1:{self.ports.mail}",
            },
            "account": account,
            "cloud_token": layout.CLOUD_TOKEN,
            "registry_login": {
                "host": self.private_registry,
                "username": layout.REGISTRY_USER,
                "secret": self.secrets["registry_password"],
            },
            "bucket": {
                "endpoint": self.bucket,
                "region": bucket_names.REGION,
                "bucket": bucket_names.BUCKET,
                "access_key_id": bucket_names.access_key_id(bucket_names.OWNER),
                "secret_access_key": self.secrets["bucket_owner"],
            },
            "region": layout.REGION,
            "started_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "memory_mb": self.family.memory_mb(),
        }


def _keep_secret(name: str, value: str) -> None:
    """Have a secret in the local Secrets Manager, as the owner of an installation puts it there."""
    client = boto3.client("secretsmanager")
    try:
        client.create_secret(Name=name, SecretString=value)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=value)


def own_secrets() -> dict[str, str]:
    """The secrets of this machine's platform, made once and kept readable by root alone."""
    made = {
        "jwt": secrets.token_hex(32),
        "meter_key": "ak_" + secrets.token_hex(32),
        "demo_password": secrets.token_urlsafe(12),
        "registry_password": secrets.token_urlsafe(12),
        **{f"bucket_{user}": secrets.token_hex(20) for user in bucket_names.USERS},
        "stripe_key": "sk_test_" + secrets.token_hex(24),
        "stripe_hook": "whsec_" + secrets.token_hex(24),
    }
    if layout.SECRETS_FILE.exists():
        made |= json.loads(layout.SECRETS_FILE.read_text())
    layout.SECRETS_FILE.touch(mode=0o600)
    layout.SECRETS_FILE.write_text(json.dumps(made))
    return made


def require_tools() -> None:
    """Say what is missing and how to get it. Raises `RuntimeError`."""
    wanted = {
        "docker": "docker.io",
        "haproxy": "haproxy",
        "docker-registry": "docker-registry",
        "debootstrap": "debootstrap",
        "knotd": "knot",
        "pebble": "pebble",
    }
    missing = [package for tool, package in wanted.items() if shutil.which(tool) is None]
    if missing:
        raise RuntimeError(f"Missing: {', '.join(missing)}. Install with: make setup")
