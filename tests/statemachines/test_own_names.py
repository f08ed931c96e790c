"""What an app's containers are told of the app's own name and address."""

from __future__ import annotations

from tests.factories import deployment, template
from tests.statemachines.deploys import start
from tests.world import World

TOLD = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    configs: [names]
configs: {names: {content: "$HOSTER_HOST ${OWN:-$HOSTER_URL}"}}
"""


def delivered(here: World, text: str, *variables: dict[str, str]) -> str:
    """Start an app of this text and return what was delivered to its server."""
    template_id = template(here, name="Told", compose_spec=text, variables=list(variables))
    app = deployment(here, template_id=template_id)
    assert start(here, app)["status"] == "running"
    [content] = here.node.engine.files.values()
    return content


def test_app_finds_its_host_name_and_its_address(here: World) -> None:
    told = delivered(here, TOLD)

    assert told == "my-app.apps.test http://my-app.apps.test:9091"


def test_variable_of_the_template_counts_before_the_name_that_is_known(here: World) -> None:
    told = delivered(here, TOLD, {"name": "HOSTER_HOST", "default": "mine"})

    assert told == "mine http://my-app.apps.test:9091"


def test_app_without_a_route_has_neither(here: World) -> None:
    told = delivered(here, TOLD + "x-hoster: {route: false}\n")

    assert told == " "
