"""Tokens: issued for an account, and revoked."""

from __future__ import annotations

from pathlib import Path

from tests.local.digitalocean.rig import TOKEN, Machines, Place, Provider, provider, refusal
from tests.local.digitalocean.test_surface import UNAUTHORIZED


def issued(cloud: Provider, account: str = "") -> tuple[dict[str, dict[str, str]], str]:
    """The headers of a new token, and its account."""
    answer = cloud.call("POST", "/_local/tokens", {"account": account})
    assert answer.status_code == 201
    return {"headers": {"Authorization": f"Bearer {answer.json()['token']}"}}, answer.json()[
        "account"
    ]


def revoke(cloud: Provider, token: dict[str, dict[str, str]]) -> int:
    text = token["headers"]["Authorization"].removeprefix("Bearer ")
    return cloud.call("DELETE", f"/_local/tokens/{text}").status_code


def uuid(cloud: Provider, token: dict[str, dict[str, str]]) -> str:
    return cloud.get("/v2/account", **token).json()["account"]["uuid"]


def test_tokens_of_one_account_open_the_same(cloud: Provider) -> None:
    first, account = issued(cloud)
    second, same = issued(cloud, account)
    stranger, other = issued(cloud)

    cloud.call("POST", "/v2/tags", {"name": "a"}, **first)

    assert (same, other == account) == (account, False)
    assert uuid(cloud, first) == uuid(cloud, second) != uuid(cloud, stranger)
    assert cloud.get("/v2/tags/a", **second).status_code == 200
    assert cloud.get("/v2/tags/a", **stranger).status_code == 404


def test_token_of_the_command_line_gets_others_beside_it(cloud: Provider) -> None:
    cloud.call("POST", "/v2/tags", {"name": "a"})

    beside, _ = issued(cloud, TOKEN)

    assert cloud.get("/v2/tags/a", **beside).status_code == 200


def test_revoked_token_opens_nothing_and_the_others_go_on(
    cloud: Provider, place: Place, tmp_path: Path
) -> None:
    first, account = issued(cloud)
    second, _ = issued(cloud, account)
    assert cloud.get("/v2/account", **first).status_code == 200

    assert revoke(cloud, first) == 204

    assert refusal(cloud.get("/v2/account", **first)) == UNAUTHORIZED
    assert cloud.get("/v2/account", **second).status_code == 200
    assert revoke(cloud, first) == 404
    with provider(place, tmp_path, Machines()) as after:
        assert refusal(after.get("/v2/account", **first)) == UNAUTHORIZED
        assert after.get("/v2/account", **second).status_code == 200


def test_token_of_the_command_line_stays(cloud: Provider) -> None:
    assert cloud.call("DELETE", f"/_local/tokens/{TOKEN}").status_code == 404
    assert cloud.get("/v2/account").status_code == 200
