"""Chooses a value for every variable that a compose text wants and gives no default for."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.compose.wanted import Use, Wanted

PLACEHOLDER = "placeholder"
PORT, NUMBER, SIZE, CORES, SECONDS = "8080", "1", "512m", "0.5", "10s"
PATH, ADDRESS = "/placeholder", "192.0.2.1"

_BY_KEY = {
    **dict.fromkeys(("ports", "expose", "published"), PORT),
    **dict.fromkeys(("mem_limit", "mem_reservation", "memory", "shm_size", "max-size"), SIZE),
    **dict.fromkeys(("size",), SIZE),
    **dict.fromkeys(("pids", "pids_limit", "retries", "replicas", "scale"), NUMBER),
    **dict.fromkeys(("max-file", "max_attempts", "soft", "hard"), NUMBER),
    **dict.fromkeys(("interval", "timeout", "start_period", "start_interval"), SECONDS),
    **dict.fromkeys(("stop_grace_period",), SECONDS),
    **dict.fromkeys(("init", "privileged", "read_only", "tty", "stdin_open"), "false"),
    **dict.fromkeys(("disable", "external", "internal", "required"), "false"),
    **dict.fromkeys(("working_dir", "tmpfs"), PATH),
    "condition": "service_started",
    "cpus": CORES,
    "dns": ADDRESS,
    "extra_hosts": ADDRESS,
    "mode": "0644",
    "network_mode": "bridge",
    "restart": "unless-stopped",
    "stop_signal": "SIGTERM",
    "user": "1000",
}
_BY_GROUP = {
    ("ports", "target"): PORT,
    ("volumes", "target"): PATH,
    ("volumes", "type"): "volume",
    ("restart_policy", "condition"): "any",
    ("ulimits", ""): NUMBER,
}


def placeholders(wanted: Iterable[Wanted]) -> dict[str, str]:
    """Give each variable its default, or else a value that fits the places where it stands."""
    return {one.name: _value(one) for one in wanted if one.default is not None or one.uses}


def _value(wanted: Wanted) -> str:
    if wanted.default is not None and (wanted.default or not wanted.required):
        return wanted.default
    fitting = (value for use in wanted.uses if (value := _fitting(use)))
    usual = PORT if wanted.name.upper().endswith("PORT") else PLACEHOLDER
    value = next(fitting, usual)
    # Two mounts onto one path would be a mistake that the text does not make.
    return f"{PATH}/{wanted.name.lower()}" if value == PATH else value


def _fitting(use: Use) -> str | None:
    if use.key == "volumes":
        return PATH if use.before.endswith(":") or use.alone else None
    by_group = _BY_GROUP.get((use.group, use.key)) or _BY_GROUP.get((use.group, ""))
    return by_group or _BY_KEY.get(use.key)
