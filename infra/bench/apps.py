"""The apps that the deploy bench starts, in words that Hoster and docker-compose share."""

from __future__ import annotations

from dataclasses import dataclass

ONE = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    cpus: 0.25
    mem_limit: 64m
    pids_limit: 512
"""

_BACKEND = """\
  {name}:
    image: traefik/whoami
    environment: {{WHOAMI_NAME: {name}}}
    cpus: 0.1
    mem_limit: 64m
    pids_limit: 512
"""

SIX = (
    """\
services:
  cache:
    image: redis:7-alpine
    volumes: ["data:/data"]
    cpus: 0.1
    mem_limit: 64m
    pids_limit: 512
"""
    + "".join(_BACKEND.format(name=name) for name in ("users", "orders", "search", "mail"))
    + """\
  web:
    image: nginx:alpine
    ports: ["80"]
    depends_on: [cache, users, orders, search, mail]
    cpus: 0.25
    mem_limit: 128m
    pids_limit: 512
volumes: {data: {}}
"""
)

THREE = """\
services:
  cache:
    image: redis:7-alpine
    volumes: ["data:/data"]
    cpus: 0.1
    mem_limit: 64m
    pids_limit: 512
  orders:
    image: traefik/whoami
    depends_on: [cache]
    cpus: 0.1
    mem_limit: 64m
    pids_limit: 512
  web:
    image: nginx:alpine
    ports: ["80"]
    depends_on: [orders]
    cpus: 0.25
    mem_limit: 128m
    pids_limit: 512
volumes: {data: {}}
"""
"""Each waits for the one before it, so that nothing can start side by side."""


@dataclass(frozen=True)
class App:
    """One app. `goal` is the overhead in seconds that is meant to be kept, where there is one."""

    name: str
    text: str
    goal: float | None = None


APPS = (App("one service", ONE, 1.5), App("three services", THREE), App("six services", SIX, 3.0))
