"""What an export tells of an app to whoever runs it elsewhere."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.archives import DECRYPTED_BY
from chalicelib.domain.plain_compose import PlainApp
from chalicelib.domain.runbooks import (
    AppFacts,
    SavedData,
    SavedDump,
    of_app,
    of_unplanned,
    whole,
)

FACTS = AppFacts(
    id="app-1",
    name="Shop",
    folder="shop-12345678",
    template="tmpl_shop 1.0.0",
    server="server-one",
    hosts=["shop.example.com"],
    automatic="shop.apps.test",
)
APP = PlainApp(compose={}, variables={}, inline=("NAME",), files={}, volumes=("data",), port=8080)


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("## ")]


def test_steps_are_numbered_in_the_order_in_which_they_are_done() -> None:
    assert headings(of_app(FACTS, APP)) == [
        "## 1. Look at its values",
        "## 2. Bring its data",
        "## 3. Start it",
        "## 4. Let its names lead here",
    ]


def test_volume_is_copied_from_where_it_is_to_where_compose_looks_for_it() -> None:
    text = of_app(FACTS, APP)

    assert "-v hoster_app-1_data:/from:ro" in text
    assert "docker volume create shop-12345678_data" in text


def test_volume_that_a_backup_has_is_opened_and_put_back_and_the_others_are_copied() -> None:
    saved = SavedData("bkp_1", "2026-01-01T10:00:00.000Z", {"data": "data.tar.gz.enc"})

    text = of_app(FACTS, replace(APP, volumes=("data", "cache")), saved)

    opened = DECRYPTED_BY.format(file="data.tar.gz.enc")
    assert f"{opened} | docker run --rm -i -v shop-12345678_data:/to" in text
    assert "`POST /api/v1/backups/bkp_1/download`" in text
    assert "-v hoster_app-1_cache:/from:ro" in text
    assert "hoster_app-1_data" not in text


def test_names_of_ones_own_get_a_record_each_and_the_platforms_ends() -> None:
    text = of_app(FACTS, APP)

    assert "| `shop.example.com` | A | the address of this machine |" in text
    assert "`shop.apps.test` was ours" in text
    assert "--from shop.example.com --to 127.0.0.1:8080" in text


def test_app_without_data_and_without_a_route_has_two_steps() -> None:
    text = of_app(replace(FACTS, hosts=[]), replace(APP, volumes=(), port=None))

    assert headings(text) == ["## 1. Look at its values", "## 2. Start it"]


def test_app_that_cannot_be_planned_says_why() -> None:
    text = of_unplanned(FACTS, "line 3: privileged is refused.")

    assert "line 3: privileged is refused." in text
    assert "compose.template.yaml" in text


def test_data_of_an_app_that_cannot_be_planned_is_opened_by_hand() -> None:
    saved = SavedData("bkp_1", "2026-01-01T10:00:00.000Z", {"data": "data.tar.gz.enc"})

    text = of_unplanned(FACTS, "line 3: privileged is refused.", saved)

    assert f"{DECRYPTED_BY.format(file='data.tar.gz.enc')} | tar -xz" in text


def test_why_an_app_was_not_backed_up_is_said_beside_the_older_data() -> None:
    facts = replace(FACTS, not_fresh="The server has 3 MB free.")
    saved = SavedData("bkp_1", "2026-01-01T10:00:00.000Z", {"data": "data.tar.gz.enc"})
    said = "It was not backed up for this archive: The server has 3 MB free."

    for text in (of_app(facts, APP, saved), of_unplanned(facts, "No.", saved), of_app(facts, APP)):
        assert said in text
    assert "not backed up for" not in of_app(FACTS, APP, saved)


def test_apps_that_were_not_backed_up_are_named_on_the_first_page() -> None:
    given = {"account": "a", "at": "now", "name": "export.tar.gz", "export": "exp_1"}

    page = whole(**given, missed=[("Shop", "The server has 3 MB free.")])

    assert "- Shop: The server has 3 MB free." in page
    assert "were not backed up" not in whole(**given)


def test_dump_is_loaded_by_its_service_on_an_empty_volume_before_the_app_starts() -> None:
    dump = SavedDump("db", "db.dump.gz.enc", 'psql -U "$USER"', ("data",))
    saved = SavedData("bkp_1", "2026-01-01T10:00:00.000Z", {"files": "files.tar.gz.enc"}, (dump,))
    services = {"db": {"healthcheck": {}}, "web": {}}
    app = replace(APP, volumes=("data", "files"), compose={"services": services})

    text = of_app(FACTS, app, saved)

    opened = DECRYPTED_BY.format(file="db.dump.gz.enc")
    load = "docker compose exec -T db sh -c 'psql -U \"$USER\"'"
    assert f"(cd volumes && {opened} | gunzip) | {load}" in text
    assert text.index("docker volume create shop-12345678_data") < text.index(
        "docker compose up -d db\nuntil docker compose ps db | grep -q '(healthy)'"
    )
    assert text.index("docker compose up -d db\n") < text.index("docker compose up -d\n")
    assert "hoster_app-1_data" not in text
    assert f"{opened} | gunzip >db.dump" in of_unplanned(FACTS, "Why.", saved)
