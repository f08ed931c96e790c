"""What a newcomer finds: a catalogue, an account, a server and an app that answers."""

from __future__ import annotations

import time
from typing import Any

import httpx

from infra.local.journey.client import Account, Json, Refused
from infra.local.journey.samples import CATALOGUE, WHOAMI
from infra.local.platform.progress import Progress

DEMO_EMAIL = "demo@example.com"
LISTED_SECONDS = 60.0
CREATOR_EMAIL = "creator@example.com"


def fill_catalogue(gateway: str, password: str, progress: Progress) -> None:
    """Publish the sample templates; those that stand are left alone."""
    with progress.stage("catalogue", "Sample templates") as stage:
        creator = Account(gateway)
        creator.sign_up(CREATOR_EMAIL, password)
        # Those of an earlier account count too: accounts may be wiped where templates are not.
        listed = [*creator.all("templates"), *creator.all("templates", "?scope=mine")]
        known = {template["attributes"]["name"]: template for template in listed}
        for sample in CATALOGUE:
            template = known.get(sample["name"]) or creator.create("templates", sample)
            if not template["attributes"]["published"]:
                creator.call("POST", f"/templates/{template['id']}/publish")
        names = [sample["name"] for sample in CATALOGUE]
        _await_listed(creator, set(names))
        stage.detail = ", ".join(names)


def _await_listed(creator: Account, names: set[str]) -> None:
    """Wait until the catalogue lists what was published. Raises `RuntimeError`."""
    end = time.monotonic() + LISTED_SECONDS
    while names - {template["attributes"]["name"] for template in creator.all("templates")}:
        if time.monotonic() > end:
            raise RuntimeError("The sample templates were published, and nothing lists them.")
        time.sleep(0.3)


def welcome(platform: Json, password: str, progress: Progress) -> Json:
    """Have a demo account with a server and an app that answers; what stands is kept."""
    account = Account(platform["urls"]["web"])
    with progress.stage("sign_up", "Demo account") as stage:
        account.sign_up(DEMO_EMAIL, password)
        stage.detail = DEMO_EMAIL
    with progress.stage("provision", "A server of its own") as stage:
        node = _node(account, platform)
        stage.detail = f"{node['attributes']['name']} at {node['attributes']['ssh_host']}"
    with progress.stage("deploy", "A sample app") as stage:
        app = _app(account, node)
        stage.detail = app["attributes"]["name"]
    with progress.stage("open", "Opened through the app proxy") as stage:
        host = app["attributes"]["domains"][0]["hostname"]
        _until_open(platform["urls"]["proxy"], host)
        stage.detail = app["attributes"]["url"]
    return app


def _node(account: Account, platform: Json) -> Json:
    online = [n for n in account.all("nodes") if n["attributes"]["status"] == "online"]
    if online:
        return online[0]
    credentials = account.all("cloud_credentials")
    credential = (
        credentials[0]
        if credentials
        else account.create(
            "cloud_credentials",
            {
                "name": "local cloud",
                "provider": "digitalocean",
                "credentials": {"api_token": platform["cloud_token"]},
            },
        )
    )
    for old in account.all("cloud_provisions"):
        if old["attributes"]["status"] != "ready":
            return _finished(account, _again(account, old))
    made = account.create(
        "cloud_provisions",
        {
            "credential_id": credential["id"],
            "instance_name": "first-server",
            "region": "fra1",
            "size": "s-1vcpu-2gb",
        },
    )
    return _finished(account, made)


def _again(account: Account, provision: Json) -> Json:
    """An earlier provision that did not end well is tried again; one in work is awaited."""
    if provision["attributes"]["status"] != "failed":
        return provision
    again: Json = account.call("POST", f"/cloud_provisions/{provision['id']}/retry")["data"]
    return again


def _finished(account: Account, provision: Json) -> Json:
    done = account.settled("cloud_provisions", provision["id"], within=600)
    if done["attributes"]["status"] != "ready":
        raise RuntimeError(f"The server failed: {done['attributes']['error_message']}")
    return account.get("nodes", done["attributes"]["node_id"])


def _app(account: Account, node: Json) -> Json:
    apps = [a for a in account.all("deployments") if a["attributes"]["node_id"] == node["id"]]
    if apps:
        app = apps[0]
    else:
        template = next(
            t for t in account.all("templates") if t["attributes"]["name"] == WHOAMI["name"]
        )
        given: dict[str, Any] = {
            "name": "hello",
            "template_id": template["id"],
            "node_id": node["id"],
        }
        app = account.create("deployments", given)
    app = account.settled("deployments", app["id"], within=300)
    if app["attributes"]["status"] != "running":
        try:
            account.call("POST", f"/deployments/{app['id']}/start")
        except Refused as error:
            raise RuntimeError(f"The sample app does not start: {error.detail}") from error
        app = account.settled("deployments", app["id"], within=300)
    if app["attributes"]["status"] != "running":
        raise RuntimeError(f"The sample app failed: {app['attributes']['error_message']}")
    return app


def _until_open(proxy: str, host: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            if httpx.get(proxy, headers={"Host": host}, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{host} does not answer through the app proxy.")
