"""Tells whether a relative bind means a file or a folder, and names the volume of a folder."""

from __future__ import annotations

import hashlib
import posixpath
import re

_FILE_ENDINGS = frozenset(
    (
        *("acl", "bash", "bat", "bin", "cer", "cert", "cfg", "cjs", "cnf", "conf", "config"),
        *("crt", "css", "csv", "db", "env", "gz", "hcl", "htm", "html", "htpasswd", "ico", "inc"),
        *("ini", "j2", "jar", "jpg", "js", "json", "json5", "jsonc", "key", "list", "log", "lua"),
        *("md", "mjs", "mod", "p12", "passwd", "pem", "pfx", "php", "pl", "png", "properties"),
        *("ps1", "pub", "py", "rb", "rules", "service", "sh", "so", "sql", "sqlite", "sqlite3"),
        *("svg", "tar", "template", "tf", "tgz", "tmpl", "toml", "tpl", "ts", "txt", "vcl"),
        *("war", "xml", "yaml", "yml", "zip", "zsh"),
    )
)
_FILE_NAMES = frozenset(
    (
        *("authorized_keys", "caddyfile", "corefile", "crontab", "dockerfile", "gemfile"),
        *("group", "hosts", "htpasswd", "jenkinsfile", "known_hosts", "makefile", "passwd"),
        *("procfile", "resolv.conf", "varnishfile", ".env", ".gitconfig", ".htaccess"),
        *(".htpasswd", ".npmrc", ".pgpass"),
    )
)
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*", re.ASCII)
MAX_NAME = 100


def means_file(source: str, target: str) -> bool:
    """Tell from the names whether a bind mounts a file; what tells nothing is a folder."""
    if source.endswith("/") or target.endswith("/"):
        return False
    return _looks_like_file(target) or _looks_like_file(source)


def _looks_like_file(path: str) -> bool:
    name = posixpath.basename(path).lower()
    stem, dot, ending = name.rpartition(".")
    return name in _FILE_NAMES or (bool(dot and stem) and ending in _FILE_ENDINGS)


def folder_volume(source: str) -> str:
    """Name the volume that stands for a folder beside the compose text.

    One folder is one volume, however its path is written and whoever mounts it.
    """
    path = posixpath.normpath(source)
    if _PLAIN_PATH.fullmatch(path) and len(path) <= MAX_NAME:
        return f"folder.{path.replace('/', '.')}"
    return f"folder.{hashlib.sha256(path.encode()).hexdigest()[:16]}"
