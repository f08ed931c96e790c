"""Pulls images detached on a server, and reads how far a pull is.

The Engine's own stream of progress is kept on the server: the request goes through the docker
command's `dial-stdio`, because a client that hangs up ends the pull.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chalicelib.adapters.nodes import detached

KEPT = 256 * 1024

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
