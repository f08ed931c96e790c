"""Pulls images detached on a server, and reads how far a pull is.

The Engine's own stream of progress is kept on the server: the request goes through the docker
command's `dial-stdio`, because a client that hangs up ends the pull.

A login at the registry is the script's first line of input, which comes through a pipe, and goes
into the request through another: it is in no file, no argument and no environment there. What was
pulled with one is marked, so that nobody else on that server is given it without being asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chalicelib.adapters.nodes import detached
from chalicelib.domain.images import DOCKER_HUB, repository_of
from chalicelib.domain.names_on_node import ROOT
from chalicelib.ports.nodes import PullState, RegistryLogin

KEPT = 256 * 1024
"""Bytes of what is told of one pull."""
_NEXT, _NEXT_OCTAL = "\x1e", r"\036"
"""What stands between two pulls' parts of an answer: the record separator, in no JSON text."""
_HUB_ADDRESS = "https://index.docker.io/v1/"
"""What the Engine calls Docker Hub where it is logged in to."""
_WITH_LOGIN = "with-login"
"""The file in a pull's folder that says that it was made with a login."""

# The last line of each layer in each of its phases says all; a long pull has thousands of lines.
SHOW = r"""tr -d '\r' <output | awk '{
  id = ""; phase = ""
  if (match($0, /"id":"[^"]*"/)) id = substr($0, RSTART, RLENGTH)
  if (match($0, /"status":"[^"]*"/)) phase = substr($0, RSTART, RLENGTH)
  sub(/"progress":"[^"]*",?/, "")
  key = id == "" ? NR : id phase
  last[key] = NR " " $0
} END { for (key in last) print last[key] }' | sort -n | cut -d " " -f 2-"""

_FETCHED = {"Verifying Checksum", "Download complete", "Extracting", "Pull complete"}


@dataclass(frozen=True)
class Stream:
    """What a pull has said so far. `error` is empty while nothing went wrong."""

    done_bytes: int
    total_bytes: int
    error: str


def folder(image: str) -> str:
    """Return the folder of an image's pull."""
    return detached.folder("pulls", hashlib.sha256(image.encode()).hexdigest()[:16])


def reference(image: str) -> tuple[str, str]:
    """Split an image into its repository and its tag or digest; the tag defaults to latest."""
    name, at, digest = image.partition("@")
    repository, colon, tag = name.rpartition(":")
    tagged = bool(colon) and "/" not in tag
    if at:
        return (repository if tagged else name), digest
    return (repository, tag) if tagged else (name, "latest")


def script(image: str, *, with_login: bool) -> str:
    """Return the script that pulls the image and prints the Engine's answer.

    `with_login` has it read the login, as `login_line` writes it, from its input.
    """
    repository, tag = reference(image)
    query = urlencode({"fromImage": repository, "tag": tag}).replace("%", "%%")
    asking = f"POST /images/create?{query} HTTP/1.0\\r\\nHost: docker\\r\\n"
    mark, login, given = f"rm -f {_WITH_LOGIN}", "", ""
    if with_login:
        mark = f"IFS= read -r login\n: >{_WITH_LOGIN}"
        login, given = "X-Registry-Auth: %s\\r\\n", ' "$login"'
    return f"""\
{mark}
rm -f in
mkfifo in
docker system dial-stdio <in &
exec 3>in
printf '{asking}{login}\\r\\n'{given} >&3
unset login
wait $!
"""


def login_line(login: RegistryLogin) -> str:
    """Write a login as the Engine reads it from a request's header."""
    address = _HUB_ADDRESS if login.host == DOCKER_HUB else login.host
    told = {"username": login.username, "password": login.password, "serveraddress": address}
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def mark_private(image: str) -> str:
    """Return a script that marks an image's repository as one that logins are used for."""
    mark = shlex.quote(_mark(image))
    return f"mkdir -p {ROOT}/private-images && touch {mark}"


def ask_unproven(images: Sequence[str]) -> str:
    """Return a script that prints the number of each image that was not given to everybody.

    Those are of a repository that logins were used for, and were not pulled without one since.
    """
    return "\n".join(
        f"if [ -e {_mark(image)} ] && {{ [ -e {folder(image)}/{_WITH_LOGIN} ] || "
        f"! [ {folder(image)}/status -nt {_mark(image)} ]; }}; then echo {number}; fi"
        for number, image in enumerate(images)
    )


def unproven(images: Sequence[str], answer: str) -> frozenset[str]:
    """Read what the script of `ask_unproven` printed."""
    return frozenset(images[int(number)] for number in answer.split())


def _mark(image: str) -> str:
    called = hashlib.sha256(repository_of(image).encode()).hexdigest()[:32]
    return f"{ROOT}/private-images/{called}"


def ask(images: Iterable[str]) -> str:
    """Return one script that tells how the pulls of all the images go, in their order."""
    show = f"{SHOW} | tail -c {KEPT // 2}"
    questions = [detached.ask(folder(image), show) for image in images]
    return f"\nprintf '{_NEXT_OCTAL}'\n".join(f"(\n{question}\n)" for question in questions)


def told(answer: str) -> list[detached.Progress]:
    """Read what the script of `ask` printed: each image's part in its order."""
    return [detached.read(part) for part in answer.split(_NEXT)]


def state(pull: detached.Progress, *, present: bool) -> PullState:
    """Tell how far an image is from how its pull goes; bytes are those of all its layers."""
    stream = read(pull.output)
    if present:
        return PullState("present", stream.done_bytes, stream.total_bytes)
    if pull.state == "running":
        return PullState("pulling", stream.done_bytes, stream.total_bytes)
    if pull.state == "absent" or (pull.status == 0 and not stream.error):
        return PullState("absent")  # one that was pulled and removed since is as good as never
    return PullState("failed", message=stream.error or "the pull was interrupted on the server")


def state_apart(pull: detached.Progress, *, present: bool, is_unproven: bool) -> PullState:
    """Tell the same to who may not have an image only because somebody else pulled it.

    What is unproven is as good as absent until a pull of one's own shows that the registry gives
    it out; when that fails, the image that is there is none.
    """
    if is_unproven:
        own = state(pull, present=False)
        return own if own.state == "pulling" else PullState("absent")
    stream = read(pull.output)
    refused = pull.state in {"ended", "lost"} and (pull.status != 0 or bool(stream.error))
    return state(pull, present=present and not refused)


def read(output: str) -> Stream:
    """Read the Engine's answer as far as it has come."""
    messages = [message for line in output.splitlines() if (message := _json(line))]
    totals: dict[str, int] = {}
    currents: dict[str, int] = {}
    error = ""
    for message in messages:
        error = str(message.get("error") or message.get("message") or error)
        layer, phase = str(message.get("id", "")), message.get("status")
        detail = message.get("progressDetail") or {}
        if phase == "Downloading" and detail.get("total"):
            totals[layer] = int(detail["total"])
            currents[layer] = int(detail.get("current", 0))
        elif phase in _FETCHED and layer in totals:
            currents[layer] = totals[layer]
    if not messages and output.strip():
        error = output.strip().splitlines()[-1]
    return Stream(sum(currents.values()), sum(totals.values()), error)


def _json(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
