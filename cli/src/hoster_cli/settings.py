"""Where Hoster is and who asks: the environment first, then the file that `hoster login` wrote.

A stored token belongs to the address that it was stored with: with another `HOSTER_URL` it is not
sent, and `HOSTER_TOKEN` has to be given too.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from hoster_cli.errors import Misused

URL = "HOSTER_URL"
TOKEN = "HOSTER_TOKEN"  # noqa: S105 - the name of a variable
OWNER_ALONE = 0o600
LOOPBACK_NAME = "localhost"


@dataclass(frozen=True)
class Settings:
    """An installation's address, and the token to ask it with; the token may be missing."""

    url: str
    token: str


def path() -> Path:
    """The file of settings, by the rules of XDG."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "hoster" / "config.json"


def current() -> Settings:
    """What holds now. Raises `Misused` where no address is known."""
    stored = _stored()
    given = os.environ.get(URL, "").strip()
    url = checked_url(given) if given else (stored.url if stored else "")
    if not url:
        hint = f"hoster login --url https://hoster.example.com, or set {URL} and {TOKEN}."
        raise Misused("It is not known where Hoster is.", hint=hint)
    token = os.environ.get(TOKEN, "").strip()
    if not token and stored and stored.url == url:
        token = stored.token
    return Settings(url, token)


def store(settings: Settings) -> Path:
    """Keep settings for later, readable by their owner alone from the first byte on."""
    place = path()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = place.with_suffix(".new")
    new.unlink(missing_ok=True)
    text = json.dumps({"url": settings.url, "token": settings.token})
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE), "w") as file:
        file.write(text + "\n")
    new.replace(place)
    return place


def forget() -> bool:
    """Remove what is stored; tells whether there was anything."""
    is_there = path().exists()
    path().unlink(missing_ok=True)
    return is_there


def checked_url(text: str) -> str:
    """An address as it is kept: scheme, host and port. Raises `Misused` for any other text.

    A token is not sent in the clear: without TLS only this machine itself may be named.
    """
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query:
        said = f"{text} is no address of a Hoster installation."
        raise Misused(said, hint="It looks like https://hoster.example.com.")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise Misused(f"{text} would be asked without TLS.", hint="Give its https:// address.")
    return f"{parts.scheme}://{parts.netloc}"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == LOOPBACK_NAME or host.endswith(f".{LOOPBACK_NAME}")


def _stored() -> Settings | None:
    """What `store` kept; None where there is nothing, or nothing that can be read."""
    try:
        found = json.loads(path().read_text())
        return Settings(str(found["url"]), str(found["token"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        print(f"{path()} cannot be read; sign in again: hoster login.", file=sys.stderr)
        return None
