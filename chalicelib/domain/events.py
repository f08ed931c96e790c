"""What happened, in plain sentences: one for each event's name.

The audit trail of an account and the events of a deployment say the same through this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPERATOR = "operator"
"""Who is told to have done what the owner of the platform does by hand."""

NOUNS: Mapping[str, str] = {
    "templates": "Template",
    "deployments": "App",
    "nodes": "Server",
    "ssh_keys": "SSH key",
    "cloud_credentials": "Cloud credential",
    "cloud_provisions": "Server order",
    "invoices": "Invoice",
    "domains": "Domain",
    "subscriptions": "Plan",
    "template_proofs": "Proof",
    "registry_credentials": "Registry credential",
    "account_exports": "Export",
    "notice_channels": "Notice channel",
    "backups": "Backup",
    "backup_targets": "Backup target",
    "api_tokens": "API token",
    "closings": "Account",
}
"""What people call a record, by its type."""

SENTENCES: Mapping[str, str] = {
    # Every record
    "created": "{noun} created",
    "updated": "{noun} changed: {fields}",
    "deleted": "{noun} deleted",
    "deleted:node_lost": "{noun} deleted: its server is lost",
    "deleted:server_destroyed": "{noun} deleted: its server was destroyed",
    "deleted:enough_kept": "{noun} deleted: enough newer ones of its schedule are complete",
    "failed": "Failed: {detail}",
    "revoked": "{noun} revoked: {token}",
    "money_entered": "Entered by hand: {kind} of {cents} cents",
    "bill_begun": "The bill of {month} is begun; it is made when the month is over",
    "invoice_closed": "{month} is closed: {cents} cents, {status}",
    # Long work
    "deploy_begun": "Start asked for",
    "restart_begun": "Restart asked for",
    "redeploy_begun": "Change to version {version} asked for",
    "rollback_begun": "Start asked for; a change that was not undone is undone first",
    "stop_begun": "Stop asked for",
    "remove_begun": "Removal asked for",
    "remove_begun:server_destroyed": "Removal begun: its server is being destroyed",
    "remove_keeping_begun": "Removal asked for; its volumes are to be kept",
    "provision_begun": "Server ordered: {size} in {region}",
    "destroy_begun": "Destruction of the server asked for",
    "destroy_with_apps_begun": "Destruction of the server and of the apps there asked for",
    "vanishing_noticed": "The provider does not know the server any more",
    "gone_declared": "Declared gone by its owner, without its provider being asked",
    "lose_begun": "Declared lost by its owner; the apps there are closed",
    "cancel_requested": "Cancel asked for",
    "prove_begun": "Test of version {version} asked for: {size} in {region}",
    "check_begun": "Check asked for",
    "backup_begun": "Backup asked for",
    "backup_begun:schedule": "Backup by schedule begun",
    "restore_begun": "Data of a backup asked for",
    "certify_begun": "Certificate asked for",
    "certificate_served": "Certificate for {host} is served, valid until {until}",
    "certificate_failed": "No certificate for {host}: {detail}",
    "work_resumed": "Work was interrupted and goes on, try {attempt}",
    # Apps
    "backed_up": "Backed up: {bytes} bytes are in the bucket, proven by their sum",
    "backup_failed": "Backup failed: {detail}",
    "backup_failed:schedule": "Backup by schedule failed: {detail}",
    "backup_left_out": "Backups by schedule are left out until it runs: {detail}",
    "backup_cancelled": "Backup cancelled; the app is as it was",
    "restored": "Runs with the data of the backup {backup}",
    "restore_undone": "Data of the backup taken back, and its own put back: {detail}",
    "restore_cancelled": "Restore cancelled; the app has its own data",
    "forgotten": "Backup forgotten; its archives stay in {place}",
    "drill_begun": "Drill asked for: an app is made with its data, and goes again",
    "drilled": "Drill passed: an app was healthy with its data after {healthy_seconds} s",
    "drill_failed": "Drill failed: {detail}",
    "download_offered": "Links to the archives and what opens them were given out",
    "placed": "Placed on {node}, port {port}, as {host}",
    "placed_unrouted": "Placed on {node}; no name leads to it",
    "running": "Running",
    "stopped": "Stopped",
    "restarted": "Restarted",
    "command_begun": "Command asked for in {service}: {command}",
    "command_run": "Command in {service} ended with status {exit_code} after {seconds} s",
    "command_killed": "Command in {service} took too long and was killed after {seconds} s",
    "redeployed": "Changed to version {version}",
    "redeploy_undone": "Change undone, the app runs as before: {detail}",
    "redeploy_cancelled": "Change cancelled; the app runs as before",
    "restart_cancelled": "Restart cancelled; the app runs as before",
    "version_offered": "Version {version} of its template is out; it has {present}",
    "price_changed": "Price changed: {to} cents a month instead of {from}, from {at} on",
    "port_lost": "Port {port} is held by something else on the server; it has {now} now",
    "direct_access_opened": "Can be reached without the proxy: unencrypted, and not metered",
    "direct_access_closed": "Can be reached through the proxy alone",
    "volumes_kept": "Volumes of {app} kept on {server}: {volumes}",
    "undo_incomplete": "The server could not be reached to clear up; the next start does",
    "container_died": "Not running any more: {message}",
    "container_oom": "Out of memory: {message}",
    "container_restarted": "Restarted by Docker: {message}",
    "restart_loop": "Restarting again and again: {message}",
    "restart_loop_ended": "Stays up again: {message}",
    "health_healthy": "Healthy again",
    "health_degraded": "Degraded: {message}",
    "health_unhealthy": "Unhealthy: {message}",
    "health_unreachable": "Its server cannot be seen: {message}",
    "disk_filling": "{used_mb} of {size_mb} MB of disk are taken; above that it is stopped. Make "
    "room, or redeploy a version with a larger disk",
    "disk_full_stopped": "Stopped: {used_mb} of {size_mb} MB of disk were taken. Nothing was "
    "deleted. Start it and make room within 30 minutes, or redeploy a version with a larger disk",
    "domain_added": "Domain added: {hostname}",
    "domain_removed": "Domain removed: {hostname}",
    "domain_verified": "Domain verified: {hostname} leads to the app",
    "domain_failing": "Domain {hostname} does not point here any more: {detail} It leads to the "
    "app until {until} unless that is put right",
    "domain_recovered": "Domain {hostname} points here again",
    "domain_unrouted": "Domain {hostname} leads to the app no longer: {detail}",
    "domain_gave_up": "Domain {hostname} was not verified: {detail} Verify it once that is right",
    "domain_name_taken": "Domain {hostname} is another tenant's, who has proven it",
    # Payments
    "payment_begun": "Payment begun",
    "invoice_paid": "Paid: {cents} cents {currency}",
    "payment_failed": "The payment that was under way failed",
    "checkout_expired": "The payment page expired without a payment",
    "payment_mismatched": "A payment of {cents} cents {currency} came that does not fit; it is "
    "looked into",
    "invoice_overpaid": "Paid once more: {cents} cents {currency} are credited",
    "payment_refunded": "{cents} cents {currency} given back",
    "dispute_open": "A payment of {cents} cents {currency} is disputed",
    "dispute_won": "The dispute of {cents} cents {currency} was decided for Hoster",
    "dispute_lost": "The dispute of {cents} cents {currency} was decided against Hoster",
    "invoice_due": "Due: {cents} cents were to be paid until {until}",
    "invoice_overdue": "Overdue: {cents} cents were to be paid until {until}",
    "stop_announced": "Overdue: {cents} cents were to be paid until {until}; the account's apps "
    "are stopped on {stop_at} unless that is paid",
    "apps_stopped": "{count} apps were stopped since it is not paid; their data stays",
    # Plans
    "plan_ordered": "Plan {plan} ordered",
    "plan_bought": "Plan {plan} bought, until {until}",
    "plan_changed": "The account has the plan {plan}",
    "plan_ends_soon": "Plan {plan} ends on {until}; it can be renewed",
    "plan_ended": "Plan {plan} has ended; it stays in force until {lapses_at} and can be renewed",
    "plan_lapsed": "Plan {plan} has lapsed: everything stays, and new things need a plan",
    # Leaving
    "export_begun": "Export of the account asked for, with the secrets of its apps",
    "export_made": "Export of the account made: {bytes} bytes, with the secrets of its apps",
    "export_fetched": "A link to the export of the account was asked for",
    "closing_asked": "Closing of the account asked for: everything is removed from {until} on",
    "closing_cancelled": "The account is kept; its apps stay stopped until they are started",
    "closing_begun": "The time to keep the account is over: everything is being removed",
    "closing_waits": "The account is not closed yet, {count} things are left: {detail}",
    "account_closed": "Account closed: {removed} things were removed, and it was looked again",
    # Notices
    "address_confirmed": "Address confirmed: notices go there from now on",
    "muted_by_reader": "Its reader had notices stopped; they can be asked whether to go on",
    "address_undeliverable": "No mail goes there any more: {detail}",
    "letters_returned": "{count} letters came back: {detail}",
    "secret_rotated": "Another secret made; messages are signed with both for a day",
    "notices_failing": "Notices do not arrive: {detail}",
    # By the owner of the platform
    "account_suspended": "Account suspended by the platform's owner: {why}",
    "account_restored": "Account restored by the platform's owner: {why}",
    "account_looked_at": "The platform's owner looked at the account: {why}",
    "stop_ordered": "Stopped by the platform's owner: {why}",
    "withdrawn": "Taken out of the catalogue by the platform's owner: {why}",
    "readmitted": "May be published again, says the platform's owner: {why}",
    "template_withdrawn": "{template} was taken out of the catalogue by the platform's owner: {why}"
    " The app goes on as it is",
    "template_readmitted": "{template} may be published again",
    # Templates
    "published": "Published",
    "version_added": "Version {version} made",
    "unpublished": "Taken out of the catalogue",
    "proven": "Version {version} proven: healthy in {healthy_seconds} s, {peak_memory_mb} MB",
    # Credentials and servers
    "checked": "{noun} checked: {outcome}",
    "target_refused": "Backup target marked invalid, its bucket refused: {detail}",
    "key_made": "SSH key made: {fingerprint}",
    "host_key_pinned": "Host key pinned: {key}",
    "node_checked": "Server checked: {status}, {health}",
    "node_unreachable": "The server cannot be used: {detail}",
    "node_back": "The server answers again",
    "node_docker_not_answering": "{message}",
    "node_clock_off": "{message}",
    "node_disk_full": "The server's disk is {percent} % full; above 90 % no app is started there. "
    "Remove what is not needed, or give it a larger disk",
    "server_adopted": "A server of this order was found and is recorded now: {server}",
    "server_missing": "The provider does not know the server {server} any more; the next sweep "
    "looks again",
    "server_found": "The provider knows the server again",
    "extra_server_destroyed": "A server too many was destroyed: {server}",
    "returned_server_destroyed": "A server of this order stood although it is destroyed, and was "
    "destroyed: {server}",
    "orphan_destroyed": "Server without a record destroyed: {called} ({server})",
    "maintenance_begun": "Maintenance begun",
    "maintenance_ended": "Maintenance ended",
    "ready": "Server ready: {node}",
    "destroyed": "Server destroyed",
    "destroyed:gone_at_provider": "Server closed: its provider does not know it any more",
    "destroyed:declared_gone": "Server closed: its owner declared it gone",
    "lost": "Server lost: nothing lives there any more",
}
"""Each event's sentence; names in braces are members of its details.

An event that tells a `reason` may have a sentence for that reason: `<name>:<reason>`.
"""

BARE: Mapping[str, str] = {"provision_begun": "Server asked for again"}
"""The sentence of an event that comes without the details of its first time."""


def sentence(kind: str, name: str, details: Mapping[str, Any]) -> str:
    """Say what happened to a record of type `kind`; an unknown name says itself."""
    known = {key: _text(value) for key, value in details.items()}
    known["noun"] = NOUNS.get(kind, "Record")
    reasoned = SENTENCES.get(f"{name}:{details.get('reason')}")
    try:
        return (reasoned or SENTENCES[name]).format_map(known)
    except KeyError:
        return BARE.get(name) or name.replace("_", " ").capitalize()


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
