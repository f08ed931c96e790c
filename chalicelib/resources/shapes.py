"""What lies inside attributes: shapes of host names, containers, variables and services.

They describe what is shown and check nothing; TypedDicts cost a function no time to import.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class Domain(TypedDict):
    """The automatic host name of a deployment."""

    hostname: str
    type: Literal["auto"]
    status: Literal["verified"]
    ssl_enabled: bool


class DnsInstruction(TypedDict):
    """A record to make at the DNS provider of a name, ready to paste."""

    type: str
    name: str
    value: str
    priority: Literal["required", "recommended", "alternative"]


class DnsCheck(TypedDict):
    """What was found of one record, and where."""

    type: str
    name: str
    expected: list[str]
    """The values of which one has to be there."""
    found: list[str]
    server: str | None
    """The authoritative name server that said so."""
    ttl: int | None
    """For how many seconds others may keep what was found."""
    verdict: Literal["ok", "missing", "wrong", "unreachable"]
    advice: str | None


class CertificateFacts(TypedDict):
    """The certificate that the proxies have for a name."""

    fingerprint: str
    """SHA-256 of the certificate, in hexadecimal."""
    issuer: str
    not_before: str
    not_after: str


class PreflightVerdict(TypedDict):
    """What one look came to that predicts whether the certificate authority would refuse."""

    check: Literal["name", "caa", "address", "port", "budget"]
    ok: bool
    detail: str
    advice: str | None
    """What to change, where it is not well."""


class CustomDomain(TypedDict):
    """A host name that the owner brought, and the id of its record."""

    hostname: str
    id: str


class DeploymentPort(TypedDict):
    """A port that an app publishes; `host_port` is null until it is placed."""

    service: str
    container_port: int
    protocol: Literal["tcp", "udp"]
    routed: bool
    host_port: int | None


class ContainerPort(TypedDict):
    """A port of a container as its server shows it."""

    container_port: int
    host_port: int
    protocol: str


class Container(TypedDict):
    """A container as it was last seen."""

    id: str
    service_name: str
    image: str
    status: str
    health: str
    restarts: int
    started_at: str | None
    ports: list[ContainerPort]
    since: NotRequired[str | None]
    """Since when it is in this state, as far as that is known."""
    exit_code: NotRequired[int | None]
    """The status with which it ended; null while it runs."""
    out_of_memory: NotRequired[bool]
    """Whether it ended for want of memory."""
    completes: NotRequired[bool]
    """Whether that it ends is its purpose: others wait for it to complete."""


class Option(TypedDict):
    """One of the values that a variable may have."""

    value: str
    label: NotRequired[str]


class VariableGenerator(TypedDict):
    """How a value is made when nobody gives one; `length` in characters.

    A jwt is signed with the variable `secret` and says `claims`, a JSON object or its text.
    """

    kind: NotRequired[str]
    length: NotRequired[int]
    secret: NotRequired[str]
    claims: NotRequired[str | dict[str, object]]


class Variable(TypedDict):
    """A variable of a template, as its creator wrote it."""

    name: str
    type: NotRequired[str]
    label: NotRequired[str | None]
    description: NotRequired[str | None]
    default: NotRequired[str | int | float | bool | None]
    required: NotRequired[bool | None]
    options: NotRequired[list[str | Option] | None]
    validation: NotRequired[str | None]
    generator: NotRequired[str | VariableGenerator | None]


class TemplateService(TypedDict):
    """A service of a template's compose text."""

    name: str
    image: str


class HowSaved(TypedDict):
    """How a backup saves an app of a compose text."""

    dumps: list[str]
    """The services that dump their data while they run."""
    stopped_for: list[str]
    """The volumes of the text that no dump stands for: a running app is stopped to save them."""


class Measured(TypedDict):
    """What was measured when a version was proven; how is said in `template_proofs`."""

    template_version: str
    healthy_seconds: float
    restart_seconds: float
    peak_memory_mb: int
    peak_cpu_cores: float
    disk_mb: int
    proven_at: str


class File(TypedDict):
    """A file that the app finds in its containers."""

    name: str
    path: str
    content: str
    mode: NotRequired[str]


class VersionChange(TypedDict):
    """One thing that a version changes; `before` is null for what comes, `after` for what goes."""

    kind: str
    name: str
    """What it is of: a service, a variable, a volume, a path; empty for the whole app."""
    before: str | None
    after: str | None


class DataRisk(TypedDict):
    """What may happen to the data of a service, and what to do before."""

    code: str
    service: str
    message: str


class VersionDifference(TypedDict):
    """What a version changes of another one."""

    changes: list[VersionChange]
    asked: list[str]
    """Variables that have to be given before it can be deployed."""
    risks: list[DataRisk]
    is_planned: bool
    """False where one of the two cannot be planned by today's rules: services were not compared."""


class VersionMeta(TypedDict):
    """What is told beside a version, when it was asked for."""

    difference: NotRequired[VersionDifference]
