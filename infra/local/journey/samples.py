"""The sample templates of the local platform, written for the images of its registry."""

from __future__ import annotations

from typing import Any

WHOAMI: dict[str, Any] = {
    "name": "Whoami",
    "version": "1.0.0",
    "description": "Answers every request with what it saw. The quickest way to see an app live.",
    "category": "development",
    "tags": ["http", "debugging"],
    "price_monthly_cents": 0,
    "compose_spec": """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
""",
}

WORDPRESS: dict[str, Any] = {
    "name": "WordPress",
    "version": "6.1.0",
    "description": "A website and its database. The web service finds the database by its name.",
    "category": "web",
    "tags": ["cms", "blog", "php"],
    "price_monthly_cents": 500,
    "variables": [
        {
            "name": "DB_PASSWORD",
            "label": "Database password",
            "type": "secret",
            "required": True,
            "generator": "password",
        }
    ],
    "compose_spec": """\
services:
  db:
    image: mariadb:11
    environment:
      MARIADB_DATABASE: wordpress
      MARIADB_USER: wordpress
      MARIADB_PASSWORD: ${DB_PASSWORD}
      MARIADB_RANDOM_ROOT_PASSWORD: "1"
    volumes: ["data:/var/lib/mysql"]
    healthcheck:
      test: [CMD-SHELL, "mariadb -h 127.0.0.1 -u wordpress -p$$MARIADB_PASSWORD wordpress -e ''"]
      interval: 1s
      timeout: 5s
      retries: 60
    deploy: {resources: {limits: {cpus: "0.5", memory: 384M}}}
  web:
    image: wordpress:6-apache
    ports: ["80"]
    environment:
      WORDPRESS_DB_HOST: db
      WORDPRESS_DB_NAME: wordpress
      WORDPRESS_DB_USER: wordpress
      WORDPRESS_DB_PASSWORD: ${DB_PASSWORD}
    volumes: ["site:/var/www/html"]
    depends_on: {db: {condition: service_healthy}}
    deploy: {resources: {limits: {cpus: "0.5", memory: 384M}}}
volumes: {data: {}, site: {}}
""",
}

GUESTBOOK: dict[str, Any] = {
    "name": "Guestbook",
    "version": "1.0.0",
    "description": "A page in front of a service that it finds by its compose name.",
    "category": "web",
    "tags": ["nginx", "sample"],
    "price_monthly_cents": 300,
    "variables": [
        {"name": "GREETING", "label": "Greeting", "type": "string", "default": "Welcome"}
    ],
    "config_files": [
        {
            "name": "default.conf",
            "path": "/etc/nginx/conf.d/default.conf",
            "content": "server { listen 80; location / { proxy_pass http://api/; } }\n",
        }
    ],
    "compose_spec": """\
services:
  api:
    image: traefik/whoami
    environment: {WHOAMI_NAME: "${GREETING}"}
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
  web:
    image: nginx:alpine
    ports: ["80"]
    depends_on: [api]
    deploy: {resources: {limits: {cpus: "0.25", memory: 128M}}}
""",
}

CATALOGUE = (WHOAMI, GUESTBOOK, WORDPRESS)
