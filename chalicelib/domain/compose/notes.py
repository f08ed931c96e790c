"""Gathers what of a compose text has no effect, each with its line and a plain reason."""

from __future__ import annotations

from chalicelib.domain.plan import Ignored

MAX_NOTES = 100
"""Notes that are kept; a longer list says how many more there are."""
MAX_PATH = 200
"""Characters of a path that is told."""

UNKNOWN = "This key has no effect here."
REASONS = {
    "annotations": "Only labels are set on containers.",
    "attach": "Logs are kept for every service.",
    "blkio_config": "Disk bandwidth is shared evenly.",
    "build": "Images are pulled, never built on a node.",
    "cgroup": "Every container has its own control group.",
    "configs": "Nothing uses it.",
    "consistency": "Mounts are always consistent.",
    "container_name": "Containers are named by Hoster; the name is an alias of the service.",
    "content": "This is no key of compose: give the file as a config file of the template.",
    "cpu_count": "CPU is limited by cpus.",
    "cpu_percent": "CPU is limited by cpus.",
    "cpu_period": "CPU is limited by cpus.",
    "cpu_quota": "CPU is limited by cpus.",
    "cpu_rt_period": "No container runs in real time.",
    "cpu_rt_runtime": "No container runs in real time.",
    "cpu_shares": "CPU is limited by cpus.",
    "cpuset": "A container runs on any core.",
    "credential_spec": "Servers run Linux.",
    "develop": "Nothing is built or watched here.",
    "dockerfile": "Images are pulled, never built on a node.",
    "driver": "Networks are bridges, volumes lie on the node's disk.",
    "driver_opts": "Networks are bridges, volumes lie on the node's disk.",
    "enable_ipv6": "Networks speak IPv4.",
    "endpoint_mode": "There is no swarm.",
    "exclude_from_hc": "This is no key of compose; every service counts for the app's health.",
    "gid": "A delivered file is root's; others may read it as its mode says.",
    "gw_priority": "The first network that is not internal is the way out.",
    "host_ip": "Hoster decides where a port is published.",
    "interface_name": "Docker names the interfaces.",
    "ipam": "Docker gives the addresses; services find each other by name.",
    "ipv4_address": "Docker gives the addresses; services find each other by name.",
    "ipv6_address": "Docker gives the addresses; services find each other by name.",
    "isDirectory": "This is no key of compose.",
    "is_directory": "This is no key of compose.",
    "isolation": "Servers run Linux.",
    "label_file": "Labels stand under labels.",
    "link_local_ips": "Docker gives the addresses; services find each other by name.",
    "mac_address": "Docker gives the addresses; services find each other by name.",
    "mem_swappiness": "No container gets swap.",
    "memswap_limit": "No container gets swap.",
    "models": "There is no model runner.",
    "name": "Hoster names what it makes.",
    "oom_kill_disable": "A container that outgrows its memory is restarted.",
    "oom_score_adj": "A container that outgrows its memory is restarted.",
    "placement": "Hoster places the whole app on one server.",
    "platform": "The image for the server's own architecture runs.",
    "post_start": "Commands beside the service's own are not run.",
    "pre_stop": "Commands beside the service's own are not run.",
    "privileged": "No container is privileged.",
    "provider": "A service is a container.",
    "pull_policy": "An image that the server does not have is pulled.",
    "rollback_config": "There is no swarm.",
    "runtime": "The server's own runtime is used.",
    "storage_opt": "Disk is limited for the app as a whole.",
    "uid": "A delivered file is root's; others may read it as its mode says.",
    "update_config": "There is no swarm.",
    "use_api_socket": "No container gets the Docker socket.",
    "version": "The Compose Specification has no versions any more.",
}
"""Why a key has no effect, by the key's own name."""


class Notes:
    """The notes of one text, in the order in which they were made."""

    def __init__(self) -> None:
        self.made: dict[str, Ignored] = {}

    def add(self, path: str, line: int | None, reason: str = "") -> None:
        """Note that what stands at `path` has no effect; the first note of a path stays."""
        path = path[:MAX_PATH]
        if path not in self.made:
            told = reason or REASONS.get(path.rpartition(".")[2], UNKNOWN)
            self.made[path] = Ignored(path, line or None, told)

    def told(self) -> tuple[Ignored, ...]:
        """Give the notes, and no more than a record can hold."""
        notes = tuple(self.made.values())
        more = len(notes) - MAX_NOTES
        if more <= 0:
            return notes
        return (*notes[:MAX_NOTES], Ignored(f"… and {more} more"))
