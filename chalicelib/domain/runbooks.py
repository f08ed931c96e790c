"""What stands in an export for whoever runs its apps elsewhere: plain steps, one after another."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.archives import DECRYPTED_BY, DUMP_OPENED_BY
from chalicelib.domain.names_on_node import volume_name
from chalicelib.domain.plain_compose import PlainApp

TOOL = "debian:stable-slim"
"""An image with GNU tar, which copies volumes: holes and long names included."""
OPENED_WITH = "volumes/passphrase.txt"
SUMS_FILE = "volumes/SHA256SUMS"

WHOLE = """\
# Your account, to run without us

This archive was made on {at} of the account `{account}`. It needs nothing of the platform.

| folder | what is in it |
|---|---|
| `apps/` | a folder for each app: `compose.yaml`, `.env` with its values, files, `RUNBOOK.md` |
| `records/` | everything else of the account as the API shows it, one record a line |
| `invoices/` | each invoice as PDF and as JSON |
| `events/` | what happened, newest first, one event a line |
| `ledger/` | what was charged, paid and earned, one entry a line |
| `manifest.json` | each file with its SHA-256 |

The data of volumes lies beside it, encrypted, in the latest backup of each app. `POST
/api/v1/account_exports/{id}/download` answers with a link to each file and with the path that it
belongs to here; so does the web app under Settings, Account. What opens them is in the apps'
folders.

It holds passwords and keys in clear: keep it as you keep those. Files with secrets can be read by
you alone once it is unpacked with `tar -xzpf`.

To run an app you need a machine with Docker and Docker Compose (2, or docker-compose 1.29):

1. Unpack the archive there: `tar -xzpf {name}`.
2. Go into the app's folder and follow its `RUNBOOK.md`.
3. Repeat it for each app, and let the names point to the new machine only when it answers there.
"""
NOT_BACKED_UP = """\
## Apps that were not backed up for this archive

The data of their latest backup of before is what it leads to; what no backup has is on their
servers, and their `RUNBOOK.md` says how to copy it."""


@dataclass(frozen=True)
class AppFacts:
    """What a runbook says of an app."""

    id: str
    name: str
    folder: str
    template: str
    server: str
    """The name of its server; empty where it has none."""
    hosts: Sequence[str]
    """The names that are its owner's own, which can lead elsewhere."""
    automatic: str
    """The platform's name, which ends with the account."""
    not_fresh: str = ""
    """Why it was not backed up for the export, although that was asked for."""


@dataclass(frozen=True)
class SavedDump:
    """What a service dumped: the file of it, what loads it, and the volumes that it stands for."""

    service: str
    file: str
    load: str
    volumes: tuple[str, ...]


@dataclass(frozen=True)
class SavedData:
    """A backup whose archives are fetched beside the export: their files, by volume; its dumps."""

    backup: str
    at: str
    """When it was begun."""
    files: Mapping[str, str]
    dumps: tuple[SavedDump, ...] = ()

    @property
    def volumes(self) -> frozenset[str]:
        """The volumes whose data it has, as files or in dumps."""
        return frozenset(self.files).union(*(one.volumes for one in self.dumps))


NOTHING_SAVED = SavedData("", "", {})


def whole(
    *, account: str, at: str, name: str, export: str, missed: Sequence[tuple[str, str]] = ()
) -> str:
    """The archive's own page; `missed` are apps that were not backed up for it, and why."""
    page = WHOLE.format(account=account, at=at, name=name, id=export)
    if not missed:
        return page
    lines = [f"- {app}: {reason}" for app, reason in missed]
    return "\n".join([page, NOT_BACKED_UP, "", *lines, ""])


def of_app(facts: AppFacts, app: PlainApp, saved: SavedData = NOTHING_SAVED) -> str:
    """The steps for one app."""
    steps = [("Look at its values", _values(app))]
    if app.volumes:
        steps.append(("Bring its data", _data(facts, app, saved)))
    steps.append(("Start it", _start(app)))
    if app.port:
        steps.append(("Let its names lead here", _names(facts, app.port)))
    told = [f"## {number}. {title}\n\n{text}" for number, (title, text) in enumerate(steps, 1)]
    return "\n\n".join([_title(facts), *told]) + "\n"


def of_unplanned(facts: AppFacts, reason: str, saved: SavedData = NOTHING_SAVED) -> str:
    """What is said of an app that today's rules do not plan."""
    opened = [f"{DECRYPTED_BY.format(file=file)} | tar -xz" for file in saved.files.values()]
    for one in saved.dumps:
        command = DUMP_OPENED_BY.format(file=one.file, name=f"{one.service}.dump")
        opened.append(f"{command}  # then: {one.load}")
    told = ["", _not_fresh(facts)] if facts.not_fresh else []
    if opened:
        how = ["", "Open each in a folder of its own:", "", *_shell(opened)]
        told += ["", _where(saved), *how]
    return (
        f"{_title(facts)}\n\nIt cannot be written as a file that runs: {reason}\n\n"
        "`compose.template.yaml` is the text of its template, and `variables.env` are its values."
        " Correct the text, put the values in, and start it with `docker compose up -d`.\n"
    ) + "".join(f"{line}\n" for line in told)


def _title(facts: AppFacts) -> str:
    return f"# {facts.name}\n\nTemplate {facts.template}, app `{facts.id}`."


def _values(app: PlainApp) -> str:
    said = "`.env` holds them; change one there, and start the app again."
    if app.inline:
        names = ", ".join(f"`{name}`" for name in app.inline)
        said += (
            f"\n\nThese stand in `compose.yaml` itself, or are not used there: {names}."
            " `variables.env` has every value, to look them up."
        )
    return said


def _data(facts: AppFacts, app: PlainApp, saved: SavedData) -> str:
    """How the data of all volumes comes: of those that a backup has, and of the others."""
    volumes = app.volumes
    there = [one for one in volumes if one in saved.files]
    left = [one for one in volumes if one not in saved.volumes]
    told = [_not_fresh(facts)] if facts.not_fresh else []
    told += [_saved(facts, app, there, saved)] if there or saved.dumps else []
    told += [_left(facts, left)] if left else []
    return "\n\n".join(told)


def _not_fresh(facts: AppFacts) -> str:
    return f"It was not backed up for this archive: {facts.not_fresh}"


def _where(saved: SavedData) -> str:
    return "\n".join(
        [
            f"The data of its volumes, of {saved.at}, is in its backup",
            f"`{saved.backup}`. The export's own download leads to it, and so does",
            f"`POST /api/v1/backups/{saved.backup}/download`. While you have the account, save the",
            "files into `volumes/` here, where what opens them is.",
        ]
    )


def _saved(facts: AppFacts, app: PlainApp, volumes: Sequence[str], saved: SavedData) -> str:
    dumped = [volume for one in saved.dumps for volume in one.volumes]
    lines = ["cd volumes", "sha256sum -c SHA256SUMS"]
    lines += [f"docker volume create {facts.folder}_{one}" for one in dumped]
    for one in volumes:
        volume, opened = f"{facts.folder}_{one}", DECRYPTED_BY.format(file=saved.files[one])
        lines += [
            f"docker volume create {volume}",
            f"{opened} | docker run --rm -i -v {volume}:/to {TOOL} tar -C /to -xzpf -",
        ]
    told = [_where(saved), "Then, in this folder:", "", *_shell([*lines, "cd .."])]
    if saved.dumps:
        told += ["", *_loaded(app, saved.dumps)]
    return "\n".join(told)


def _loaded(app: PlainApp, dumps: Sequence[SavedDump]) -> list[str]:
    """How services load what they dumped: each is started alone for it."""
    lines = []
    for one in dumps:
        lines.append(f"docker compose up -d {one.service}")
        checked = "healthcheck" in app.compose.get("services", {}).get(one.service, {})
        healthy = f"until docker compose ps {one.service} | grep -q '(healthy)'; do sleep 1; done"
        lines.append(healthy if checked else "sleep 30")
        opened = DECRYPTED_BY.format(file=one.file)
        load = shlex.quote(one.load)
        loaded = f"docker compose exec -T {one.service} sh -c {load}"
        lines.append(f"(cd volumes && {opened} | gunzip) | {loaded}")
    names = ", ".join(f"`{one.service}`" for one in dumps)
    return [f"Then {names} is started alone, and loads what it dumped:", "", *_shell(lines)]


def _left(facts: AppFacts, volumes: Sequence[str]) -> str:
    where = f"its server, {facts.server}" if facts.server else "its server"
    there = [
        f'docker run --rm -v {volume_name(facts.id, one)}:/from:ro -v "$PWD":/to {TOOL}'
        f" tar -C /from -czf /to/{one}.tar.gz ."
        for one in volumes
    ]
    here = [
        line
        for one in volumes
        for line in (
            f"docker volume create {facts.folder}_{one}",
            f'docker run --rm -v {facts.folder}_{one}:/to -v "$PWD/volumes":/from:ro {TOOL}'
            f" tar -C /to -xzpf /from/{one}.tar.gz",
        )
    ]
    return "\n".join(
        [
            f"No backup has the data of {_named(volumes)}. Stop the app first, so that nothing is",
            f"written meanwhile. Then, on {where}:",
            "",
            *_shell(there),
            "",
            "Copy the files into `volumes/` here. Then, in this folder:",
            "",
            *_shell(here),
        ]
    )


def _named(volumes: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in volumes)


def _start(app: PlainApp) -> str:
    lines = [
        *_shell(["docker compose up -d", "docker compose ps"]),
        "",
        "With docker-compose 1.29 it is `docker-compose up -d`. Images of a private registry need",
        "`docker login` first.",
    ]
    if app.port:
        lines += ["", f"It answers at `http://<this machine>:{app.port}`."]
    return "\n".join(lines)


def _names(facts: AppFacts, port: int) -> str:
    lines = ["Make an A record of a name of yours with this machine's address."]
    if facts.hosts:
        lines = [
            "At the DNS provider of each name, put these records in place of those that led to us:",
            "",
            "| name | type | value |",
            "|---|---|---|",
            *(f"| `{host}` | A | the address of this machine |" for host in facts.hosts),
            "",
            "Remove their CNAME to us, and the TXT records that proved the names to us.",
        ]
    if facts.automatic:
        lines += ["", f"`{facts.automatic}` was ours, and ends with your account."]
    host = facts.hosts[0] if facts.hosts else "app.example.com"
    https = (
        "docker run -d --name https --network host --restart unless-stopped -v caddy:/data caddy:2"
        f" caddy reverse-proxy --from {host} --to 127.0.0.1:{port}"
    )
    lines += ["", "HTTPS in one command, once the name leads here:", "", *_shell([https])]
    return "\n".join(lines)


def _shell(lines: Sequence[str]) -> list[str]:
    return ["```sh", *lines, "```"]
