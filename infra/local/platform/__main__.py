"""`make run`, `make status`, `make logs` and `make reset`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from infra.local.platform import layout
from infra.local.platform.follow import follow
from infra.local.platform.processes import Family
from infra.local.platform.progress import Progress, print_json


def run(*, bare: bool) -> int:
    """Bring the platform up, stay until Ctrl-C, and stop everything that was started."""
    from infra.local.platform.up import Platform, require_tools
    from infra.local.platform.welcome import fill_catalogue, welcome

    if layout.running() is not None:
        print("The platform runs already; see make status.", file=sys.stderr)
        return 1
    layout.STATE.mkdir(exist_ok=True)
    layout.PLATFORM_FILE.unlink(missing_ok=True)
    layout.PID_FILE.write_text(str(os.getpid()))
    progress = Progress()
    family = Family(progress.line)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    status = 0
    try:
        progress.line("Hoster on this machine\n")
        require_tools()
        platform = Platform(progress, family)
        platform.bring_up()
        watcher = threading.Thread(target=family.watch, daemon=True)
        watcher.start()
        password = platform.secrets["demo_password"]
        described = platform.describe({"email": "demo@example.com", "password": password})
        fill_catalogue(described["urls"]["web"], password, progress)
        app = None if bare else welcome(described, password, progress)
        described["memory_mb"] = family.memory_mb()
        _write(described)
        _box(described, app, progress)
        follow(layout.LOGS, progress.line, threading.Event())
    except KeyboardInterrupt:
        progress.line("\nStopping …")
    except Exception as error:  # a newcomer reads the reason, the log has the rest
        progress.line(f"\nNot ready: {error}\nLogs are in {layout.LOGS}")
        status = 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # what stops now, stops whole
        layout.PLATFORM_FILE.unlink(missing_ok=True)
        family.stop()
        _stop_servers()
        layout.PID_FILE.unlink(missing_ok=True)
    return status


def _interrupt(_number: int, _frame: object) -> None:
    """Leave whatever is being done, bring-up included, for the stop."""
    raise KeyboardInterrupt


def _stop_servers() -> None:
    """Switch the servers off, then the registry, and the Docker Engine if it was started here."""
    from infra.local import engine, nodes, registry

    if engine.engine_answers():
        nodes.stop_all()
    registry.stop_registry()
    engine.stop_engine()


def _write(described: dict[str, Any]) -> None:
    """Write the description in one move, so that nobody reads half of it."""
    draft = layout.PLATFORM_FILE.with_suffix(".draft")
    draft.write_text(json.dumps(described, indent=1))
    draft.rename(layout.PLATFORM_FILE)


def _box(described: dict[str, Any], app: dict[str, Any] | None, progress: Progress) -> None:
    urls, account = described["urls"], described["account"]
    lines = [
        f"Ready in {progress.seconds():.0f} s",
        "",
        f"Web app      {urls['web']}",
        f"Sign in      {account['email']} / {account['password']}",
        f"API          {urls['api']}",
    ]
    if app is not None:
        host = app["attributes"]["domains"][0]["hostname"]
        lines.append(f"Sample app   curl -H 'Host: {host}' {urls['proxy']}")
    lines += [
        f"Executions   {urls['console']}",
        f"Mail         {urls['mail']}",
        "",
        "Next: deploy an app in the web app, or run `make demo` beside this.",
        "`make seed` publishes 27 more templates.",
        "The logs follow.   Stop: Ctrl-C   Wipe: make reset",
    ]
    width = max(len(line) for line in lines) + 2
    progress.line("\n┌" + "─" * width + "┐")
    for line in lines:
        progress.line(f"│ {line:<{width - 1}}│")
    progress.line("└" + "─" * width + "┘")


def status() -> int:
    """Print what runs."""
    found = layout.running()
    if os.environ.get("JSON") == "1":
        print_json(found or {"ready": False})
    elif found is None:
        print("The platform does not run. Start it with: make run")
    else:
        print(f"Ready since {found['started_at']}, {found['memory_mb']} MB")
        for name, url in found["urls"].items():
            if url:
                print(f"  {name:<10} {url}")
    return 0 if found else 1


def logs() -> int:
    """Follow every log."""
    files = sorted(str(path) for path in layout.LOGS.glob("*.log"))
    if not files:
        print("There are no logs yet; start with: make run")
        return 1
    return subprocess.run(["tail", "-n", "20", "-F", *files], check=False).returncode


def reset() -> int:
    """Wipe local state: droplets, tables, accounts, logs. Images and layers stay."""
    if layout.running() is not None:
        print("The platform runs; stop it first (Ctrl-C).", file=sys.stderr)
        return 1
    from infra.local import engine, nodes

    engine.ensure_engine()
    nodes.remove_all()
    engine.stop_engine()
    kept = {"registry", "base", "cache"}
    for path in layout.STATE.iterdir() if layout.STATE.exists() else ():
        if path.name not in kept:
            _remove(path)
    print("Local state is wiped.")
    return 0


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def main() -> int:
    """Read the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["run", "status", "logs", "reset"])
    parser.add_argument("--bare", action="store_true", help="no sample server and app")
    given = parser.parse_args()
    if given.command == "run":
        return run(bare=given.bare)
    commands = {"status": status, "logs": logs, "reset": reset}
    return commands[given.command]()


if __name__ == "__main__":
    sys.exit(main())
