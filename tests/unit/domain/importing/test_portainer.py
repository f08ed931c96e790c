"""Lists of Portainer: containers become compose, stacks need their file, none stops another."""

from __future__ import annotations

import pytest

from chalicelib.domain.importing.imported import Failed, ImportedRoute
from chalicelib.domain.importing.importers import convert
from chalicelib.domain.importing.notes import markdown_of
from tests.unit.domain.importing.drafts import draft, failure, losses, service, text_of, variable
from tests.unit.domain.importing.fixtures import app


def test_each_template_has_its_outcome() -> None:
    found = convert("portainer", app("portainer", "three"))

    assert [isinstance(one, Failed) for one in found] == [
        *(False, False, False, True, False, True, True, True, False)
    ]


def test_a_container_becomes_a_service() -> None:
    shop = draft("portainer", "three", 2)

    made = service(shop, "shop")
    assert made["image"] == "registry.example.com:5000/example/shop:4"
    assert made["command"] == ["serve", "--price", "$$5", "--all"]
    assert (made["restart"], made["hostname"], made["tty"]) == ("on-failure", "shop", True)
    assert made["labels"] == {"com.example.team": "a$$b"}
    assert made["ports"] == ["443:8443/tcp", "8080:80/tcp", "5353:53/udp"]
    assert made["volumes"] == [
        *("shop-data-1:/var/lib/shop", "./config:/etc/shop:ro", "./media:/srv/media")
    ]
    assert list(text_of(shop)["volumes"]) == ["shop-data-1"]


def test_the_form_becomes_variables_and_presets_texts() -> None:
    shop = draft("portainer", "three", 2)

    assert service(shop, "shop")["environment"]["MODE"] == "pro$$duction"
    assert [one.name for one in shop.variables] == [
        *("DB_PASSWORD", "SIZE", "CHOICE", "WORKERS", "DEBUG")
    ]
    assert variable(shop, "DB_PASSWORD").required
    size, choice = variable(shop, "SIZE"), variable(shop, "CHOICE")
    assert (size.type, size.options, size.default) == ("enum", ("s", "l"), "s")
    assert size.description == "How large\ns: Small\nl: Large"
    assert (choice.default, variable(shop, "WORKERS").type) == ("2", "integer")


@pytest.mark.parametrize(
    ("folder", "number", "routes"),
    [
        ("three", 1, (ImportedRoute("registry", 5000),)),
        ("three", 2, (ImportedRoute("shop", 80),)),
        ("two", 1, (ImportedRoute("cockroach", 8080),)),
        ("two", 2, (ImportedRoute("code", 8443),)),
        ("one", 1, ()),
    ],
    ids=["only one", "not TLS", "not SQL", "nothing else", "no HTTP"],
)
def test_the_port_of_a_browser_is_chosen(
    folder: str, number: int, routes: tuple[ImportedRoute, ...]
) -> None:
    assert draft("portainer", folder, number).routes == routes


def test_a_database_has_no_route() -> None:
    assert text_of(draft("portainer", "one"))["x-hoster"] == {"route": False}


def test_a_stack_is_read_when_its_file_is_there() -> None:
    blog = draft("portainer", "three", 3)

    assert list(text_of(blog)["services"]) == ["blog", "db"]
    assert variable(blog, "BLOG_PORT").default == "8081"
    assert blog.provenance.repository == "https://git.example/templates"


def test_a_stack_without_its_file_says_which_to_give() -> None:
    assert failure("portainer", "three", 4).reason == (
        "Swarm thing: Its text is swarm/thing.yml of https://git.example/others;"
        " give that file too."
    )


@pytest.mark.parametrize(
    ("number", "told"), [(6, "for Windows"), (7, "type 4"), (8, "names no image")]
)
def test_what_cannot_run_says_why(number: int, told: str) -> None:
    assert told in failure("portainer", "three", number).reason


def test_what_has_no_equal_is_told_with_its_line() -> None:
    assert losses(draft("portainer", "three", 9)) == [
        ("administrator_only", 113),
        ("surprise", 116),
    ]
    assert losses(draft("portainer", "two", 2)) == [("env: bad name", 9)]
    assert losses(draft("portainer", "one", 1)) == [("env.PEER.type", 12)]
    assert failure("portainer", "three", 6).line == 88


NOTES = {
    "plain text": "plain text",
    "<b>bold</b> and <code>x</code>": "**bold** and `x`",
    'see <a href="https://a.example" target="_blank">this</a>': "see [this](https://a.example)",
    '<a href="javascript:alert(1)">no</a>': "no",
    "one<br>two<br/>three": "one\ntwo\nthree",
    "a &amp; b": "a & b",
    "<p>one</p><p>two</p>": "one\n\ntwo",
    "<script>x</script>": "x",
}


@pytest.mark.parametrize(("html", "told"), NOTES.items())
def test_notes_become_markdown(html: str, told: str) -> None:
    assert markdown_of(html) == told
