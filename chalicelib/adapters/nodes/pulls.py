"""Pulls images detached on a server, and reads how far a pull is.

The Engine's own stream of progress is kept on the server: the request goes through the docker
command's `dial-stdio`, because a client that hangs up ends the pull.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chalicelib.adapters.nodes import detached
from chalicelib.ports.nodes import PullState

KEPT = 256 * 1024
"""Bytes of what is told of one pull."""
_NEXT, _NEXT_OCTAL = "\x1e", r"\036"
"""What stands between two pulls' parts of an answer: the record separator, in no JSON text."""

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


def script(image: str) -> str:
    """Return the script that pulls the image and prints the Engine's answer."""
    repository, tag = reference(image)
    query = urlencode({"fromImage": repository, "tag": tag}).replace("%", "%%")
    return f"""\
rm -f in
mkfifo in
docker system dial-stdio <in &
exec 3>in
printf 'POST /images/create?{query} HTTP/1.0\\r\\nHost: docker\\r\\n\\r\\n' >&3
wait $!
"""


def ask(images: Iterable[str]) -> str:
    """Return one script that tells how the pulls of all the images go, in their order."""
    show = f"{SHOW} | tail -c {KEPT // 2}"
    questions = [detached.ask(folder(image), show) for image in images]
    return f"\nprintf '{_NEXT_OCTAL}'\n".join(f"(\n{question}\n)" for question in questions)


def told(answer: str) -> list[detached.Progress]:
    """Read what the script of `ask` printed: each image's part in its order."""
    return [detached.read(part) for part in answer.split(_NEXT)]


def state(image: str, pull: detached.Progress, *, present: bool) -> PullState:
    """Tell how far an image is from how its pull goes; bytes are those of all its layers."""
    stream = read(pull.output)
    if present:
        return PullState("present", stream.done_bytes, stream.total_bytes)
    if pull.state == "running":
        return PullState("pulling", stream.done_bytes, stream.total_bytes)
    if pull.state == "absent" or (pull.status == 0 and not stream.error):
        return PullState("absent")  # one that was pulled and removed since is as good as never
    said = stream.error or "the pull was interrupted on the server"
    return PullState("failed", message=explain(image, said))


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


def explain(image: str, said: str) -> str:
    """Tell a person why a pull failed, from the registry's words."""
    lower = said.lower()
    if any(words in lower for words in ("not found", "does not exist", "unknown", "denied")):
        return (
            f"The image {image} does not exist in its registry or may not be pulled from it; "
            f"check its name and tag. The registry says: {said[:300]}"
        )
    if "no space left" in lower:
        return f"The server has no disk space left for the image {image}. Free some and try again."
    return f"The image {image} could not be pulled: {said[:300]}"


def _json(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
