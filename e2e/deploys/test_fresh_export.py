"""An export that backs the apps up first leads to a backup that is newer than it."""

from __future__ import annotations

from e2e.deploys import texts
from e2e.deploys.server import Server
from e2e.deploys.tenant import Tenant
from e2e.resilience.parts import until
from infra.local.journey.client import Json


def test_export_backs_the_apps_up_first(tenant: Tenant, server: Server) -> None:
    template = tenant.published(texts.ROWS, variables=[texts.PASSWORD], files=texts.ROWS_FILES)
    app = tenant.app(template, server)
    app.running()
    given = {"include_secrets": True, "fresh_backups": True}
    asked = tenant.account.create("account_exports", given)

    def ended() -> Json | None:
        found: Json = tenant.account.get("account_exports", asked["id"])
        return found if found["attributes"]["status"] in ("ready", "failed") else None

    export = until(ended, "the export ends", 200)["attributes"]

    told = (export["status"], export["apps_to_back_up"], export["apps_backed_up"])
    assert told == ("ready", 1, 1), export
    assert export["not_backed_up"] == []
    [volume] = [one for one in export["volumes"] if one["volume"] == "data"]
    backup = tenant.account.get("backups", volume["backup_id"])["attributes"]
    assert backup["started_at"] >= export["created_at"]
    app.running()
    tenant.account.call("DELETE", f"/backups/{volume['backup_id']}")
