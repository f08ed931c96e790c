"""The templates that come with Hoster, as their files are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import jsonschema
import pytest
import yaml

from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import check_version, config_files
from chalicelib.domain.variables import parse_definitions
from chalicelib.resources.templates import CreateTemplate
from infra.seed.folder import FOLDER, SCHEMA, Seed, read_all
from infra.seed.schema import written

SEEDS = {seed.slug: seed for seed in read_all()}
PRICED = {
    "postgresql-database": 500,
    "mysql-database": 500,
    "redis-cache": 300,
    "mongodb-database": 500,
    "nginx-web-server": 200,
    "nodejs-application": 400,
    "wordpress": 800,
    "uptime-kuma": 400,
    "gitea": 500,
    "n8n-workflow-automation": 600,
    "it-tools": 200,
    "metabase": 700,
}
FREE = {
    *("ghost", "nextcloud", "bookstack", "chatwoot", "jellyfin", "code-server", "wiki-js"),
    *("outline", "grafana", "healthchecks", "huginn", "directus", "appsmith"),
    *("plausible-analytics", "matomo"),
}
SECRET = re.compile(r"PASS|SECRET|TOKEN|SALT|_KEY$|^KEY$|INVITATION", re.IGNORECASE)
NO_SECRETS = {"MARIADB_RANDOM_ROOT_PASSWORD", "OIDC_TOKEN_URI"}
EXACT = re.compile(r"[0-9]+\.[0-9]+(\.[0-9]+)?|\b[0-9a-f]{40}\b")
IDLE = {("nextcloud", "cron"), ("chatwoot", "worker"), ("chatwoot", "prepare")}
"""What answers nobody and depends on a service that is checked."""

every = pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)


def planned(seed: Seed) -> Plan:
    """The plan of a seed with placeholders, as when it is drafted."""
    given = seed.attributes
    files = config_files(given["config_files"])
    return check_version(given["compose_spec"], given["variables"], files)


def test_twelve_have_their_price_and_fifteen_are_free() -> None:
    prices = {slug: seed.template.price_monthly_cents for slug, seed in SEEDS.items()}

    assert prices == PRICED | dict.fromkeys(FREE, 0)
    assert len(prices) == 27


def test_schema_is_what_the_models_say() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == written(), "run python -m infra.seed.schema"


@every
def test_metadata_fits_the_schema_that_editors_read(seed: Seed) -> None:
    text = (FOLDER / seed.slug / "template.yaml").read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

    assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []
    assert text.startswith("# yaml-language-server: $schema=../../template.schema.json\n")


@every
def test_api_takes_it_and_nothing_of_its_text_is_without_effect(seed: Seed) -> None:
    CreateTemplate.model_validate(seed.attributes)

    assert [str(note) for note in planned(seed).notes] == []


@every
def test_route_is_the_one_that_it_states(seed: Seed) -> None:
    stated, route = seed.template.route, planned(seed).route

    if stated is False:
        assert route is None
    else:
        assert route is not None
        assert (route.service, route.port) == (stated.service, stated.port)


@every
def test_images_are_pinned_to_an_exact_version(seed: Seed) -> None:
    for service in planned(seed).services:
        _, _, tag = service.image.rpartition(":")
        assert EXACT.search(tag), service.image


@every
def test_services_are_checked_and_bounded(seed: Seed) -> None:
    text = yaml.safe_load(seed.attributes["compose_spec"])
    for service in planned(seed).services:
        idle = (seed.slug, service.name) in IDLE
        assert (service.health_check is None) == idle, service.name
        limits = text["services"][service.name]["deploy"]["resources"]["limits"]
        assert limits.keys() == {"cpus", "memory"}


def test_those_whose_data_is_a_database_alone_are_backed_up_without_being_stopped() -> None:
    plans = {slug: planned(seed) for slug, seed in SEEDS.items()}
    dumped = {slug: [one.service for one in plan.dumps] for slug, plan in plans.items()}

    assert {slug: names for slug, names in dumped.items() if names} == {
        "postgresql-database": ["postgres"],
        "metabase": ["db"],
        "huginn": ["db"],
    }
    assert all(not plans[slug].stopped_for for slug, names in dumped.items() if names)


@every
def test_no_secret_stands_in_its_text(seed: Seed) -> None:
    """What is called like a secret comes from a variable that is made where nobody gives it."""
    secrets = {one.name for one in parse_definitions(seed.attributes["variables"]) if one.is_secret}
    said = yaml.safe_load(seed.attributes["compose_spec"])["services"].values()

    for name, value in pairs(service.get("environment", {}) for service in said):
        if SECRET.search(name) and name not in NO_SECRETS:
            assert any(f"${{{secret}}}" in value for secret in secrets), name
    for name in secrets - {"OIDC_CLIENT_SECRET"}:
        [definition] = [one for one in seed.template.variables if one.name == name]
        assert definition.generator, name
        assert definition.default is None, name


def pairs(environments: Iterable[dict[str, object]]) -> Iterable[tuple[str, str]]:
    """Names and values of all environments."""
    return [(name, str(value)) for each in environments for name, value in each.items()]


@every
def test_no_address_of_a_developers_machine_stands_in_its_environment(seed: Seed) -> None:
    """The public address is the app's own; loopback is for health checks alone."""
    said = yaml.safe_load(seed.attributes["compose_spec"])["services"].values()

    found = pairs(service.get("environment", {}) for service in said)
    assert [value for _, value in found if "localhost" in value or "127.0.0.1" in value] == []


@every
def test_every_reference_is_a_variable_or_the_apps_own_name(seed: Seed) -> None:
    known = {one.name for one in seed.template.variables} | {"HOSTER_HOST", "HOSTER_URL"}
    text = seed.attributes["compose_spec"].replace("$$", "")

    assert set(re.findall(r"\$\{?([A-Za-z_]\w*)", text)) <= known
    unused = {one.name for one in seed.template.variables} - set(re.findall(r"\$\{(\w+)", text))
    assert unused == set(), "a variable that nothing reads"
