"""Each key of a compose service in each of its forms, with what the Docker Engine is asked for.

A row is a key, the lines of a service, and what stands at each path of the create request; None
is nothing there. `docs/compose.md` has a row for each key.
"""

from __future__ import annotations

from typing import Any

MB = 1024 * 1024
GB = 1024 * MB
SECOND = 1_000_000_000

BASE: dict[str, Any] = {"HostConfig.NetworkMode": "hoster_d1"}
TWO_LOGS = {"Type": "json-file", "Config": {"max-size": "5m", "max-file": "2"}}
LOGS = {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}
NOFILE = [{"Name": "nofile", "Soft": 1024, "Hard": 4096}]

Case = tuple[str, str, dict[str, Any]]

CASES: list[Case] = [
    ("image", "", {"Image": "nginx:alpine"}),
    ("command", "command: run 'a b'", {"Cmd": ["run", "a b"], "Entrypoint": None}),
    ("command", "command: [run, a b]", {"Cmd": ["run", "a b"]}),
    ("command", "command: []", {"Cmd": []}),
    ("entrypoint", "entrypoint: /go --fast", {"Entrypoint": ["/go", "--fast"], "Cmd": None}),
    ("entrypoint", "entrypoint: [/go]", {"Entrypoint": ["/go"]}),
    ("environment", "environment: {A: 1, B: yes, C: }", {"Env": ["A=1", "B=yes"]}),
    ("environment", "environment: [A=1, 'B=x=y', V]", {"Env": ["A=1", "B=x=y", "V=given"]}),
    ("env_file", "env_file: app.env", {"Env": ["F=1", "G=given two"]}),
    (
        "env_file",
        "env_file: [app.env, {path: no.env, required: false}]",
        {"Env": ["F=1", "G=given two"]},
    ),
    ("env_file", "env_file: app.env\nenvironment: {F: 2}", {"Env": ["F=2", "G=given two"]}),
    ("env_file", "env_file: [{path: app.env, format: raw}]", {"Env": ["F=1", 'G="$V two" # said']}),
    (
        "ports",
        "ports: [80, '127.0.0.1:8080:81', '53:53/udp']",
        {"ExposedPorts": {"80/tcp": {}, "81/tcp": {}, "53/udp": {}}},
    ),
    ("ports", "ports: ['9000-9001:90-91']", {"ExposedPorts": {"90/tcp": {}, "91/tcp": {}}}),
    (
        "ports",
        "ports: [{target: 80, published: '8080', protocol: tcp, mode: host}]",
        {"HostConfig.PortBindings": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "30001"}]}},
    ),
    ("expose", "expose: ['3000', 4000]", {"ExposedPorts": {"3000/tcp": {}}}),
    (
        "volumes",
        "volumes: ['data:/data:ro']",
        {"HostConfig.Mounts.0.Source": "hoster_d1_data", "HostConfig.Mounts.0.ReadOnly": True},
    ),
    (
        "volumes",
        "volumes: [{type: volume, source: data, target: /data, volume: {nocopy: true}}]",
        {"HostConfig.Mounts.0.Type": "volume", "HostConfig.Mounts.0.VolumeOptions.NoCopy": True},
    ),
    ("volumes", "volumes: [/data]", {"HostConfig.Mounts.0.Source": "hoster_d1_web.anonymous_data"}),
    (
        "volumes",
        "volumes: ['./data:/data']",
        {"HostConfig.Mounts.0.Source": "hoster_d1_folder.data"},
    ),
    (
        "volumes",
        "volumes: ['./app.env:/etc/app.env']",
        {
            "HostConfig.Mounts.0.Type": "bind",
            "HostConfig.Mounts.0.Source": "/var/lib/hoster/files/d1/file-app.c48ffe819457b840",
            "HostConfig.Mounts.0.ReadOnly": True,
        },
    ),
    (
        "volumes",
        "volumes: [{type: tmpfs, target: /run, tmpfs: {size: 64m, mode: 0o1777}}]",
        {"HostConfig.Mounts.0.TmpfsOptions": {"SizeBytes": 64 * MB, "Mode": 0o1777}},
    ),
    (
        "tmpfs",
        "tmpfs: /run",
        {"HostConfig.Mounts.0": {"Type": "tmpfs", "Target": "/run", "ReadOnly": False}},
    ),
    (
        "tmpfs",
        "tmpfs: ['/run:size=1g,mode=700']",
        {"HostConfig.Mounts.0.TmpfsOptions": {"SizeBytes": GB, "Mode": 0o700}},
    ),
    (
        "configs",
        "configs: [c]",
        {
            "HostConfig.Mounts.0.Target": "/c",
            "HostConfig.Mounts.0.Source": "/var/lib/hoster/files/d1/config-c.1d1a84280e280015",
        },
    ),
    ("configs", "configs: [{source: c, target: /etc/c}]", {"HostConfig.Mounts.0.Target": "/etc/c"}),
    (
        "secrets",
        "secrets: [s]",
        {"HostConfig.Mounts.0.Target": "/run/secrets/s", "HostConfig.Mounts.0.ReadOnly": True},
    ),
    ("networks", "networks: [front]", {"HostConfig.NetworkMode": "hoster_d1_front"}),
    (
        "networks",
        "networks: {front: {aliases: [www]}}",
        {"NetworkingConfig.EndpointsConfig": {"hoster_d1_front": {"Aliases": ["web", "www"]}}},
    ),
    (
        "network_mode",
        "network_mode: none",
        {"HostConfig.NetworkMode": "none", "NetworkingConfig": None},
    ),
    ("network_mode", "network_mode: bridge", BASE),
    ("depends_on", "depends_on: [db]", {"Labels.com.hoster.depends-on": "db"}),
    (
        "depends_on",
        "depends_on: {db: {condition: service_healthy}}",
        {"Labels.com.hoster.depends-on": "db"},
    ),
    ("links", "links: ['db:database']", {"Labels.com.hoster.depends-on": "db"}),
    (
        "volumes_from",
        "volumes_from: ['db:ro']",
        {"HostConfig.Mounts.0.Source": "hoster_d1_data", "HostConfig.Mounts.0.ReadOnly": True},
    ),
    (
        "healthcheck",
        "healthcheck: {test: curl localhost, interval: 1m30s}",
        {"Healthcheck.Test": ["CMD-SHELL", "curl localhost"], "Healthcheck.Interval": 90 * SECOND},
    ),
    (
        "healthcheck",
        "healthcheck: {test: [CMD, curl], timeout: 500ms, retries: 5}",
        {
            "Healthcheck.Test": ["CMD", "curl"],
            "Healthcheck.Timeout": SECOND // 2,
            "Healthcheck.Retries": 5,
        },
    ),
    (
        "healthcheck",
        "healthcheck: {test: [CMD-SHELL, a], start_period: 1m, start_interval: 2s}",
        {"Healthcheck.StartPeriod": 60 * SECOND, "Healthcheck.StartInterval": 2 * SECOND},
    ),
    ("healthcheck", "healthcheck: {disable: true}", {"Healthcheck.Test": ["NONE"]}),
    ("healthcheck", "healthcheck: {test: [NONE]}", {"Healthcheck.Test": ["NONE"]}),
    ("restart", "", {"HostConfig.RestartPolicy": {"Name": "unless-stopped"}}),
    ("restart", "restart: 'no'", {"HostConfig.RestartPolicy": {"Name": "no"}}),
    ("restart", "restart: always", {"HostConfig.RestartPolicy": {"Name": "unless-stopped"}}),
    (
        "restart",
        "restart: on-failure:3",
        {"HostConfig.RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}},
    ),
    (
        "deploy",
        "deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}",
        {"HostConfig.RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}},
    ),
    (
        "deploy",
        "deploy: {resources: {limits: {cpus: '1.5', memory: 1g, pids: 99}}}",
        {
            "HostConfig.NanoCpus": 1_500_000_000,
            "HostConfig.Memory": GB,
            "HostConfig.MemorySwap": GB,
            "HostConfig.PidsLimit": 99,
        },
    ),
    (
        "deploy",
        "deploy: {resources: {reservations: {cpus: 1, memory: 512m}}}",
        {
            "HostConfig.NanoCpus": SECOND,
            "HostConfig.Memory": 512 * MB,
            "HostConfig.MemoryReservation": 512 * MB,
        },
    ),
    ("deploy", "deploy: {replicas: 3}", {"Image": "nginx:alpine"}),
    ("scale", "scale: 3", {"Image": "nginx:alpine"}),
    ("cpus", "cpus: 0.25", {"HostConfig.NanoCpus": SECOND // 4}),
    ("cpus", "", {"HostConfig.NanoCpus": SECOND // 2}),
    ("mem_limit", "mem_limit: 1.5gb", {"HostConfig.Memory": 1536 * MB}),
    ("mem_limit", "mem_limit: 134217728", {"HostConfig.Memory": 128 * MB}),
    (
        "mem_reservation",
        "mem_limit: 1g\nmem_reservation: 512m",
        {"HostConfig.MemoryReservation": 512 * MB},
    ),
    ("pids_limit", "pids_limit: 77", {"HostConfig.PidsLimit": 77}),
    ("pids_limit", "pids_limit: -1", {"HostConfig.PidsLimit": 512}),
    ("ulimits", "ulimits: {nofile: {soft: 1024, hard: 4096}}", {"HostConfig.Ulimits": NOFILE}),
    (
        "ulimits",
        "ulimits: {memlock: -1}",
        {"HostConfig.Ulimits": [{"Name": "memlock", "Soft": -1, "Hard": -1}]},
    ),
    ("shm_size", "shm_size: 256m", {"HostConfig.ShmSize": 256 * MB}),
    ("shm_size", "shm_size: 67108864", {"HostConfig.ShmSize": 64 * MB}),
    ("user", "user: 1000:1000", {"User": "1000:1000"}),
    ("user", "", {"User": None}),
    ("group_add", "group_add: [mail, 44]", {"HostConfig.GroupAdd": ["mail", "44"]}),
    ("working_dir", "working_dir: /srv", {"WorkingDir": "/srv"}),
    ("hostname", "hostname: app.example.com", {"Hostname": "app.example.com"}),
    ("domainname", "domainname: example.com", {"Domainname": "example.com"}),
    (
        "container_name",
        "container_name: my-web",
        {"NetworkingConfig.EndpointsConfig": {"hoster_d1": {"Aliases": ["web", "my-web"]}}},
    ),
    (
        "labels",
        "labels: {team: blue, com.hoster.service: db}",
        {"Labels.team": "blue", "Labels.com.hoster.service": "web"},
    ),
    ("labels", "labels: [team=blue, bare]", {"Labels.team": "blue", "Labels.bare": ""}),
    ("init", "init: true", {"HostConfig.Init": True}),
    ("tty", "tty: true", {"Tty": True}),
    ("stdin_open", "stdin_open: true", {"OpenStdin": True}),
    ("stop_signal", "stop_signal: SIGINT", {"StopSignal": "SIGINT"}),
    ("stop_grace_period", "stop_grace_period: 1m30s", {"StopTimeout": 90}),
    (
        "extra_hosts",
        "extra_hosts: ['a:10.0.0.1', 'b=[::1]']",
        {"HostConfig.ExtraHosts": ["a:10.0.0.1", "b:::1"]},
    ),
    ("extra_hosts", "extra_hosts: {a: 10.0.0.1}", {"HostConfig.ExtraHosts": ["a:10.0.0.1"]}),
    ("dns", "dns: 9.9.9.9", {"HostConfig.Dns": ["9.9.9.9"]}),
    ("dns", "dns: [9.9.9.9, 1.1.1.1]", {"HostConfig.Dns": ["9.9.9.9", "1.1.1.1"]}),
    ("dns_search", "dns_search: example.com", {"HostConfig.DnsSearch": ["example.com"]}),
    ("dns_opt", "dns_opt: [ndots:2, use-vc]", {"HostConfig.DnsOptions": ["ndots:2", "use-vc"]}),
    (
        "sysctls",
        "sysctls: {net.core.somaxconn: 1024}",
        {"HostConfig.Sysctls": {"net.core.somaxconn": "1024"}},
    ),
    (
        "sysctls",
        "sysctls: [net.core.somaxconn=1024]",
        {"HostConfig.Sysctls": {"net.core.somaxconn": "1024"}},
    ),
    ("cap_drop", "cap_drop: [ALL]", {"HostConfig.CapDrop": ["ALL"]}),
    ("cap_add", "cap_add: [CAP_CHOWN, ipc_lock]", {"HostConfig.CapAdd": ["CHOWN", "IPC_LOCK"]}),
    ("read_only", "read_only: true", {"HostConfig.ReadonlyRootfs": True}),
    (
        "security_opt",
        "security_opt: [no-new-privileges]",
        {"HostConfig.SecurityOpt": ["no-new-privileges"]},
    ),
    ("security_opt", "", {"HostConfig.SecurityOpt": ["no-new-privileges"]}),
    ("logging", "", {"HostConfig.LogConfig": LOGS}),
    (
        "logging",
        "logging: {driver: json-file, options: {max-size: 5m, max-file: '2'}}",
        {"HostConfig.LogConfig": TWO_LOGS},
    ),
    (
        "logging",
        "logging: {driver: syslog, options: {max-size: 1g}}",
        {"HostConfig.LogConfig": LOGS},
    ),
    ("profiles", "profiles: []", {"Image": "nginx:alpine"}),
    (
        "extends",
        "extends: {service: db}",
        {"HostConfig.Mounts.0.Source": "hoster_d1_data", "Image": "nginx:alpine"},
    ),
]
