"""The command line: every command under its name."""

from __future__ import annotations

from collections.abc import Callable

import typer

from hoster_cli.commands import (
    account,
    apps,
    backups,
    deploy,
    domains,
    invoices,
    logs,
    servers,
    shell,
)
from hoster_cli.commands import templates as catalogue
from hoster_cli.commands.backup_downloads import download_backup
from hoster_cli.commands.backup_schedules import schedule_backups

WORK = "Apps"
ABOUT = "Around them"

app = typer.Typer(
    name="hoster",
    help="Hoster from a shell: deploy templates, follow them, read their logs, take them down.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

APP_COMMANDS: dict[str, Callable[..., None]] = {
    "deploy": deploy.deploy,
    "apps": apps.apps,
    "logs": logs.logs,
    "open": apps.open_app,
    "start": apps.start,
    "stop": apps.stop,
    "restart": apps.restart,
    "update": deploy.update,
    "cancel": apps.cancel,
    "timeline": apps.timeline,
    "delete": apps.delete,
}
OTHER_COMMANDS: dict[str, Callable[..., None]] = {
    "templates": catalogue.templates,
    "nodes": servers.nodes,
    "login": account.login,
    "whoami": account.whoami,
    "logout": account.logout,
    "completion": shell.completion,
    "version": shell.version,
}

for name, command in APP_COMMANDS.items():
    app.command(name, rich_help_panel=WORK)(command)
app.add_typer(apps.app_group, name="app", rich_help_panel=WORK)
backups.backups.command("download")(download_backup)
backups.backups.command("schedule")(schedule_backups)
app.add_typer(backups.backups, name="backups", rich_help_panel=WORK)
app.add_typer(domains.domains, name="domains", rich_help_panel=WORK)

for name, command in OTHER_COMMANDS.items():
    app.command(name, rich_help_panel=ABOUT)(command)
app.add_typer(catalogue.template_group, name="template", rich_help_panel=ABOUT)
app.add_typer(servers.provision, name="provision", rich_help_panel=ABOUT)
app.add_typer(invoices.invoices, name="invoices", rich_help_panel=ABOUT)
