"""Compose texts like those that people publish, made from common parts, the same in every run."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator

POSTGRES = """\
postgres:
  image: postgres:{version}-alpine
  restart: unless-stopped
  environment:
    POSTGRES_USER: {app}
    POSTGRES_PASSWORD: ${{DB_PASSWORD:?set a database password}}
    POSTGRES_DB: {app}
  volumes:
    - {app}_db:/var/lib/postgresql/data
  healthcheck:
    test: ["CMD-SHELL", "pg_isready -U {app} -d {app}"]
    interval: 10s
    timeout: 5s
    retries: 5
"""
MARIADB = """\
mariadb:
  image: mariadb:{version}
  restart: always
  command: --transaction-isolation=READ-COMMITTED --binlog-format=ROW
  environment:
    - MARIADB_DATABASE={app}
    - MARIADB_USER={app}
    - MARIADB_PASSWORD=${{DB_PASSWORD}}
    - MARIADB_ROOT_PASSWORD=${{DB_ROOT_PASSWORD}}
  volumes:
    - {app}_db:/var/lib/mysql
  healthcheck:
    test: ["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"]
    start_period: 30s
    interval: 10s
    timeout: 5s
    retries: 3
"""
MONGO = """\
mongo:
  image: mongo:{version}
  restart: unless-stopped
  environment: {{MONGO_INITDB_ROOT_USERNAME: {app}, MONGO_INITDB_ROOT_PASSWORD: "${{DB_PASSWORD}}"}}
  volumes:
    - type: volume
      source: {app}_db
      target: /data/db
"""
REDIS = """\
redis:
  image: redis:{version}-alpine
  restart: unless-stopped
  command: ["redis-server", "--save", "60", "1", "--loglevel", "warning"]
  volumes: ["{app}_cache:/data"]
  healthcheck:
    test: redis-cli ping | grep PONG
    interval: 10s
    retries: 3
"""
WEB = """\
{app}:
  image: example/{app}:{version}
  container_name: {app}
  restart: unless-stopped
  ports:
    - "{port}:{port}"
  environment:
    APP_URL: https://${{APP_HOST:-{app}.example.com}}
    APP_KEY: ${{APP_KEY}}
    TZ: ${{TZ:-Etc/UTC}}
    MAIL_HOST: ${{SMTP_HOST:-}}
    MAIL_PORT: ${{SMTP_PORT:-587}}
    LOG_LEVEL: info
  volumes:
    - {app}_data:/data
    - {app}_uploads:/var/lib/{app}/uploads
  labels:
    com.example.description: "The web interface of {app}"
  deploy:
    resources:
      limits: {{cpus: "1.0", memory: 512M}}
      reservations: {{memory: 128M}}
"""
API = """\
api:
  image: ghcr.io/example/{app}-api:{version}
  expose: ["{port}"]
  environment: &settings
    DATABASE_URL: postgres://{app}:${{DB_PASSWORD}}@postgres:5432/{app}
    REDIS_URL: redis://redis:6379/0
    SECRET_KEY_BASE: ${{APP_KEY}}
  mem_limit: 512m
  cpus: 0.5
  user: "1000:1000"
  read_only: true
  tmpfs: [/tmp, /run]
worker:
  image: ghcr.io/example/{app}-api:{version}
  command: bundle exec sidekiq -q default -q mailers
  environment: *settings
  stop_grace_period: 1m
  init: true
  logging:
    driver: json-file
    options: {{max-size: 10m, max-file: "3"}}
"""
FRONT = """\
front:
  image: nginx:{version}-alpine
  ports:
    - target: 80
      published: {port}
      protocol: tcp
  depends_on:
    - {app}
  volumes:
    - front_cache:/var/cache/nginx
  ulimits:
    nofile: {{soft: 20000, hard: 40000}}
"""
DATABASES = {"postgres": POSTGRES, "mariadb": MARIADB, "mongo": MONGO, "": ""}
EXTRAS = ((), (REDIS,), (REDIS, API), (FRONT,), (REDIS, API, FRONT))
APPS = ("blog", "wiki", "chat", "git", "photos", "notes", "shop", "mail", "tasks", "stats")
HEAD = """\
# {app}: a template of a catalogue.
version: "3.8"
x-project: {{name: {app}, maintained: true}}
"""


def texts(count: int) -> list[str]:
    """Make so many texts, no two of them the same."""
    shapes = itertools.islice(_shapes(), count)
    return [_text(*shape) for shape in shapes]


def _shapes() -> Iterator[tuple[int, str, tuple[str, ...], str]]:
    for edition in itertools.count(1):
        for database, extras, app in itertools.product(DATABASES, EXTRAS, APPS):
            yield edition, database, extras, app


def _text(edition: int, database: str, extras: tuple[str, ...], app: str) -> str:
    known = {"app": app, "version": f"{10 + edition}", "port": f"{3000 + edition}"}
    web = WEB.format(**known) + (_waits_for(database) if database else "")
    parts = [web, DATABASES[database].format(**known), *(part.format(**known) for part in extras)]
    services = textwrap.indent("".join(parts), "  ")
    volumes = "".join(f"  {name}: {{}}\n" for name in _volumes(app, database, extras))
    return f"{HEAD.format(**known)}services:\n{services}volumes:\n{volumes}"


def _waits_for(database: str) -> str:
    condition = "service_started" if database == "mongo" else "service_healthy"
    return f"  depends_on:\n    {database}:\n      condition: {condition}\n"


def _volumes(app: str, database: str, extras: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{app}_data", f"{app}_uploads")
    if database:
        yield f"{app}_db"
    if REDIS in extras:
        yield f"{app}_cache"
    if FRONT in extras:
        yield "front_cache"
