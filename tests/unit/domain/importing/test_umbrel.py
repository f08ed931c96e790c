"""Apps of Umbrel: the proxy becomes the route, exports variables, app folders volumes."""

from __future__ import annotations

import pytest

from chalicelib.domain.importing.imported import CannotImport, ImportedRoute
from chalicelib.domain.importing.judging import judge
from chalicelib.domain.importing.umbrel.exports import (
    Computed,
    Drawn,
    Export,
    Given,
    composed,
    read_exports,
)
from chalicelib.domain.variables import Generator
from tests.unit.domain.importing.drafts import (
    draft,
    failure,
    losses,
    service,
    text_of,
    variable,
)


def test_an_app_comes_with_its_texts_and_links() -> None:
    pages = draft("umbrel", "pages")

    assert (pages.name, pages.version, pages.category) == ("Pages", "2.4.1", "files")
    assert pages.description == "Write together"
    assert pages.readme.startswith("Pages that a team writes together.")
    assert pages.links["support"] == "https://git.example/pages/issues"
    assert pages.notes_start == "You sign in as `admin` with the password in APP_PASSWORD.\n"
    assert pages.dropped == ()


def test_the_proxy_becomes_the_route() -> None:
    pages = draft("umbrel", "pages")

    assert pages.routes == (ImportedRoute("web", 3010, "/start"),)
    assert list(text_of(pages)["services"]) == ["web", "db"]


@pytest.mark.parametrize(
    ("folder", "route"),
    [
        ("address", ImportedRoute("server", 8080)),
        ("exports", ImportedRoute("server", 8085)),
        ("direct", ImportedRoute("web", 3000)),
    ],
    ids=["by its address", "by an exported port", "by the port that it opens"],
)
def test_the_route_is_found_in_other_ways_too(folder: str, route: ImportedRoute) -> None:
    assert draft("umbrel", folder).routes == (route,)


def test_services_answer_to_their_containers_names() -> None:
    pages = draft("umbrel", "pages")

    assert service(pages, "db")["networks"] == {"default": {"aliases": ["pages_db_1"]}}
    assert "networks" not in service(draft("umbrel", "direct"), "web")
    plan = judge(pages).plan
    assert plan is not None
    names = {one.name: [name.aliases for name in one.networks] for one in plan.services}
    assert names == {"web": [("pages_web_1",)], "db": [("pages_db_1",)]}


def test_secrets_of_an_app_are_generated() -> None:
    pages, exports = draft("umbrel", "pages"), draft("umbrel", "exports")

    assert variable(pages, "APP_SEED").generator == Generator("hex", 64)
    assert variable(pages, "APP_PASSWORD").is_secret
    assert variable(exports, "APP_EXPORTS_KEY").generator == Generator("hex", 32)
    assert variable(exports, "APP_EXPORTS_SSH_PORT").default == "2222"


def test_addresses_of_the_app_are_its_own() -> None:
    assert "URL=${HOSTER_URL}" in service(draft("umbrel", "pages"), "web")["environment"]
    assert service(draft("umbrel", "cloud"), "web")["environment"] == [
        "TRUSTED_PROXIES=${NETWORK_IP}/16",
        "TRUSTED_DOMAINS=${HOSTER_HOST} ${HOSTER_HOST} ${local_ips} cloud_web_1",
        "SITE=${HOSTER_URL}/",
    ]
    assert service(draft("umbrel", "exports"), "server")["environment"]["JOINED"] == (
        "http://${HOSTER_HOST}:${APP_EXPORTS_SSH_PORT}/x"
    )


def test_folders_of_the_app_become_volumes() -> None:
    pages, own = draft("umbrel", "pages"), draft("umbrel", "own-dir")

    assert service(pages, "web")["volumes"] == [
        "data-config:/root/config",
        "data-blob:/root/storage",
    ]
    assert pages.data_volumes == ("data-config", "data-blob", "data-db")
    assert service(own, "node")["volumes"] == ["data-node:/data"]


def test_files_of_the_app_become_configs_and_missing_ones_are_told() -> None:
    files = draft("umbrel", "files")

    assert service(files, "nginx")["volumes"] == ["data-public:/var/www/app/public:ro"]
    assert service(files, "app")["configs"] == [
        {"source": "entry.sh", "target": "/entry.sh", "mode": "0555"}
    ]
    assert text_of(files)["configs"]["entry.sh"]["content"] == '#!/bin/sh\nexec app "$$@"\n'
    assert ("volumes", 18) in losses(files)


def test_a_shared_folder_is_the_apps_own_and_told() -> None:
    downloads = draft("umbrel", "downloads")

    assert service(downloads, "server")["volumes"][1:] == [
        "storage-downloads:/downloads",
        "storage-downloads-films:/films:ro",
    ]
    assert [key for key, _ in losses(downloads)].count("volumes") == 2


def test_an_app_that_needs_others_is_refused_with_their_names() -> None:
    told = failure("umbrel", "lightning")

    assert told.reason.endswith("apps of their own: lightning, bitcoin.")
    assert told.line == 9


def test_what_the_manifest_promises_beyond_is_told() -> None:
    assert {key for key, _ in losses(draft("umbrel", "implements"))} >= {
        "umbrel-app.yml: implements",
        "umbrel-app.yml: widgets",
        "umbrel-app.yml: backupIgnore",
    }
    assert "app_proxy.PROXY_AUTH_BLACKLIST" in {key for key, _ in losses(draft("umbrel", "tor"))}


@pytest.mark.parametrize(("folder", "told"), [("files", True), ("pages", False)])
def test_that_umbrels_login_is_not_here_is_told(folder: str, told: bool) -> None:
    keys = {key for key, _ in losses(draft("umbrel", folder))}

    assert ("app_proxy.PROXY_AUTH_ADD" in keys) is told


def test_anchors_and_merges_stay() -> None:
    found = draft("umbrel", "anchors")

    assert service(found, "postgres")["environment"]["POSTGRES_PASSWORD"] == "moneyprinter"
    assert service(found, "postgres")["environment"]["JWT_SECRET"] == "${APP_SEED}"


def test_exports_that_grow_without_end_are_refused() -> None:
    script = "".join(f'export A{n}="$A{n + 1}$A{n + 1}"\n' for n in range(40))

    with pytest.raises(CannotImport, match="beyond reason"):
        composed(read_exports(script + 'export A40="xy"\n'), whole=True)


def test_exports_that_lead_into_themselves_end() -> None:
    exports = read_exports('export A="$B"\nexport B="x$A"\n')

    assert composed(exports, whole=True)["A"] == "x$A"


EXPORTS: dict[str, Export] = {
    'export A="x"': Given("x"),
    "export A=8085 # why": Given("8085"),
    "export A='$x'": Given("$$x"),
    'export A="http://${B}:$C/"': Given("http://${B}:$C/"),
    'A="not exported"': Given("not exported"),
    'export A=$(derive_entropy "env-${app_entropy_identifier}-A" | head -c32)': Drawn(32),
    'export A=$(derive_entropy "a")': Drawn(64),
    'export A="$(derive_entropy "a" | head -c 20)"': Drawn(20),
    "export A=$(cat /etc/x || echo y)": Computed(1),
    'export A="$(hostname)"': Computed(1),
    "export A=": Given(""),
}


@pytest.mark.parametrize(("line", "found"), EXPORTS.items())
def test_a_script_is_read_without_being_run(line: str, found: Export) -> None:
    assert read_exports(line) == {"A": found}
