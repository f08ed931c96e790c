"""The running platform's parts as an operator's hand reaches them: processes and droplets."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import boto3
import psutil

from chalicelib.services.work.timelines import STORIES
from infra.local.journey import leaks
from infra.local.journey.client import Account, Json
from infra.local.platform import layout

PATIENCE_SECONDS = 120.0


def processes(word: str) -> list[psutil.Process]:
    """The platform's processes whose command line holds a word."""
    root = psutil.Process(int(layout.PID_FILE.read_text()))
    return [member for member in root.children(recursive=True) if word in _command(member)]


def _command(member: psutil.Process) -> str:
    try:
        return " ".join(member.cmdline())
    except psutil.NoSuchProcess:
        return ""


def is_alive(member: psutil.Process) -> bool:
    """Whether a process runs; one that ended and waits for its parent to look does not."""
    try:
        return member.is_running() and member.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(word: str) -> int:
    """Kill these processes with signal 9; returns how many there were."""
    found = processes(word)
    for member in found:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    return len(found)


def until(true: Callable[[], Any], what: str, within: float = PATIENCE_SECONDS) -> Any:
    """Wait until something is true and return it."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come true within {within:.0f} s")


def aws_of(platform: Json) -> dict[str, Any]:
    """What a client of the local AWS is made with."""
    return {
        "endpoint_url": platform["urls"]["aws"],
        "region_name": platform["region"],
        "aws_access_key_id": layout.AWS_ENV["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": layout.AWS_ENV["AWS_SECRET_ACCESS_KEY"],
    }


def left_of(platform: Json, *records: str) -> leaks.Leaks:
    """What provider, store and state machines still hold for these records, by kind."""
    cloud = platform["urls"]["cloud"]
    found = leaks.of_records(cloud, layout.INSTALLATION, records, aws_of(platform))
    return {kind: held for kind, held in found.items() if held}


def go_round(platform: Json, schedule: str) -> None:
    """Have a schedule's round now, which the clock begins by itself in time."""
    client = boto3.client("lambda", **aws_of(platform))
    done = client.invoke(FunctionName=f"{layout.INSTALLATION}-schedules_{schedule}")
    assert "FunctionError" not in done, done["Payload"].read()


def step_of(account: Account, resource: str, record_id: str) -> str:
    """The step that the work in hand is at; empty while the API is away or nothing is done."""
    record = account.seen(resource, record_id)
    work = record["attributes"]["work"] if record else None
    return str((work or {}).get("step") or "")


def until_step(account: Account, resource: str, record_id: str, wanted: str) -> None:
    """Wait until the work in hand is at a step, or is past it when it went by too fast to see."""
    record = account.get(resource, record_id)
    kind = record["attributes"]["work"]["kind"]
    names = [name for name, _ in STORIES[kind]]
    past = {*names[names.index(wanted) :]}
    until(lambda: step_of(account, resource, record_id) in past, f"{wanted} is reached", 400)


def droplets_of(platform: Json, provision: str) -> list[Json]:
    """The droplets that carry a provision's tag."""
    return leaks.droplets_of(platform["urls"]["cloud"], provision)


def container_of(platform: Json, provision: str) -> str:
    """The container that is a provision's droplet."""
    return str(droplets_of(platform, provision)[0]["container"])


def docker(*command: str) -> str:
    """Run the machine's docker."""
    done = subprocess.run(["docker", *command], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def host_key_of(container: str) -> str:
    """What a droplet itself says of its host key: the fingerprint."""
    key = "/etc/ssh/ssh_host_ed25519_key.pub"
    return docker("exec", container, "ssh-keygen", "-lf", key).split()[1]


def renew_host_key(container: str) -> None:
    """Give a droplet other host keys, as somebody does who sets it up anew."""
    script = (
        "cd /etc/ssh && rm -f ssh_host_*_key* && ssh-keygen -q -A"
        # One that Hoster made shows the key that Hoster put there.
        " && if [ -e hoster_host_ed25519_key ]; then rm hoster_host_ed25519_key*"
        " && ssh-keygen -q -t ed25519 -N '' -f hoster_host_ed25519_key; fi"
        " && kill -HUP $(cat /run/sshd.pid)"
    )
    docker("exec", container, "sh", "-c", script)
