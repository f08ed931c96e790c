"""The apps of the matrix as their creators write them; each function orders one."""

from __future__ import annotations

from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant

SMALL = "deploy: {resources: {limits: {cpus: '0.25', memory: 64M}}}"

ONE = f"""\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    {SMALL}
"""

ROWS = """\
services:
  db:
    image: postgres:16-alpine
    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: "${DB_PASSWORD}"}
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck: {test: [CMD, pg_isready, -h, 127.0.0.1, -U, app], interval: 1s, retries: 60}
  web:
    image: postgres:16-alpine
    entrypoint: [busybox, httpd, -f, -p, "80", -h, /www]
    environment: {PGHOST: db, PGUSER: app, PGPASSWORD: "${DB_PASSWORD}"}
    ports: ["80"]
    depends_on: {db: {condition: service_healthy}}
volumes: {data: }
"""
ROWS_FILES = {
    "/docker-entrypoint-initdb.d/rows.sql": (
        "0644",
        "create table rows (name text); insert into rows values ('first'), ('second');\n",
    ),
    "/www/cgi-bin/rows": (
        "0755",
        "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n"
        "exec psql -tA -c \"select string_agg(name, ',' order by name) from rows\"\n",
    ),
}
_WITHOUT_VOLUME = 'ports: ["80"]\n    tmpfs: ["/var/lib/postgresql/data"]'
DUMPED = f"""\
{ROWS.replace('ports: ["80"]', _WITHOUT_VOLUME)}
x-hoster:
  dumps:
    db:
      dump: pg_dump -U "$$POSTGRES_USER" -Fc app
      load: pg_restore --clean --if-exists --no-owner -U "$$POSTGRES_USER" -d app
      volumes: [data]
"""
"""`ROWS` whose database dumps what it holds; the other container of its image has no volume."""
PASSWORD = {
    "name": "DB_PASSWORD",
    "label": "Database password",
    "type": "secret",
    "required": True,
    "generator": "password",
}

SETTINGS = "/etc/app/settings.json"
SETTINGS_CONTENT = '{"colour": "green"}\n'
PORTS = """\
services:
  web:
    image: nginx:alpine
    ports: ["80", "8080"]
  echo:
    image: nginx:alpine
    entrypoint: [perl, /etc/app/echo.pl]
    ports: ["53/udp"]
"""
PORTS_FILES = {
    SETTINGS: ("0640", SETTINGS_CONTENT),
    "/etc/nginx/conf.d/default.conf": (
        "0644",
        "".join(
            f"server {{ listen {port}; default_type text/plain; "
            f'location / {{ return 200 "port {port}\\n"; }} }}\n'
            for port in (80, 8080)
        ),
    ),
    "/etc/app/echo.pl": (
        "0644",
        "use IO::Socket::INET;\n"
        "my $s = IO::Socket::INET->new(Proto => 'udp', LocalPort => 53) or die $!;\n"
        'while (defined $s->recv(my $said, 512)) { $s->send("echo $said") }\n',
    ),
}

ORDER = f"""\
x-idle: &idle
  image: nginx:alpine
  stop_grace_period: 1s
  {SMALL}
services:
  last: {{<<: *idle, entrypoint: [sleep, "600"], depends_on: [next]}}
  next:
    <<: *idle
    entrypoint: [sleep, "600"]
    depends_on: {{slow: {{condition: service_healthy}}}}
  slow:
    <<: *idle
    entrypoint: [sh, -c, "sleep 2; touch /ready; exec sleep 600"]
    healthcheck:
      test: [CMD-SHELL, "test -e /ready && {{ test -e /healthy || touch /healthy; }}"]
      interval: 500ms
      retries: 60
"""


def one(tenant: Tenant, server: Server | None = None) -> App:
    """One small service that answers with what it was asked."""
    return tenant.app(tenant.template(ONE), server)


def rows(tenant: Tenant, server: Server) -> App:
    """A page that shows what it reads from the database beside it."""
    return tenant.app(tenant.template(ROWS, variables=[PASSWORD], files=ROWS_FILES), server)


def blog(tenant: Tenant, server: Server) -> App:
    """WordPress with its database, from the catalogue."""
    found = tenant.account.all("templates")
    template = next(one for one in found if one["attributes"]["name"] == "WordPress")
    return tenant.app(template["id"], server)


def ports(tenant: Tenant, server: Server) -> App:
    """Two TCP ports of one service and a UDP port of another, with config files."""
    return tenant.app(tenant.template(PORTS, files=PORTS_FILES), server, direct_access=True)


def order(tenant: Tenant, server: Server) -> App:
    """One service that takes two seconds to be healthy, one that waits for it, one for that."""
    return tenant.app(tenant.template(ORDER), server)
