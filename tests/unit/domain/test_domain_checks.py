"""What the answers of name servers mean for a customer's name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.domain_checks import (
    SHOWN,
    SHOWN_LENGTH,
    can_be_proven,
    check_proof,
    check_way,
    instructions,
    proof_name,
)
from chalicelib.ports.dns import Answer, Outcome

HOST, TOKEN, TARGET = "www.example.com", "hoster-0123456789abcdef", "shop.apps.test"
OURS = ("203.0.113.10", "203.0.113.11")
VALUES = st.lists(
    st.sampled_from([TOKEN, "other", OURS[0], OURS[1], "192.0.2.1"]), unique=True, max_size=3
).map(tuple)
ALIASES = st.lists(st.sampled_from([TARGET, "other.test"]), unique=True, max_size=2).map(tuple)


def answer(outcome: Outcome = "found", **fields: object) -> Answer:
    given = {"server": "ns1.test", "zone": "example.com", "ttl": 60, **fields}
    return Answer(HOST, "A", outcome, **given)  # type: ignore[arg-type]


@st.composite
def answers(draw: st.DrawFn) -> list[Answer]:
    """What a few servers say, as servers may: values only where they are found."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        outcome: Outcome = draw(
            st.sampled_from(["found", "no_data", "no_name", "failed", "unreachable"])
        )
        values = draw(VALUES) if outcome == "found" else ()
        aliases = draw(ALIASES) if outcome != "unreachable" else ()
        if outcome == "found" and not values:
            outcome = "no_data"
        found.append(answer(outcome, values=values, aliases=aliases, server=f"ns{number}.test"))
    return found


@given(answers())
def test_proof_is_the_token_at_every_server_that_is_heard(said: list[Answer]) -> None:
    verdict = check_proof(HOST, TOKEN, said).verdict

    heard = [one for one in said if one.is_heard or one.aliases]
    assert (verdict == "ok") == (bool(heard) and all(TOKEN in one.values for one in heard))
    assert (verdict == "unreachable") == (not heard)


@given(answers(), st.booleans())
def test_way_here_is_the_apps_name_or_proxies_alone(said: list[Answer], apex: bool) -> None:
    check = check_way(HOST, TARGET, OURS, said, is_apex=apex)

    heard = [one for one in said if one.is_heard or one.aliases]
    good = [
        TARGET in one.aliases or (bool(one.values) and set(one.values) <= set(OURS))
        for one in heard
    ]
    assert (check.verdict == "ok") == (bool(heard) and all(good))


@given(answers())
def test_what_is_not_well_names_a_server_and_says_what_to_do(said: list[Answer]) -> None:
    for check in (
        check_proof(HOST, TOKEN, said),
        check_way(HOST, TARGET, OURS, said, is_apex=False),
    ):
        assert check.server in {one.server for one in said}
        assert check.verdict == "ok" or check.advice


@given(st.lists(st.text(max_size=2000), min_size=1, max_size=40))
def test_what_name_servers_say_is_kept_small(values: list[str]) -> None:
    check = check_proof(HOST, TOKEN, [answer(values=tuple(values))])

    assert len(check.found) <= SHOWN
    assert all(len(one) <= SHOWN_LENGTH for one in check.found)


def test_address_of_another_beside_ours_is_wrong() -> None:
    check = check_way(HOST, TARGET, OURS, [answer(values=(OURS[0], "192.0.2.1"))], is_apex=True)

    assert (check.verdict, check.found) == ("wrong", [OURS[0], "192.0.2.1"])


def test_no_address_of_ours_makes_no_address_good() -> None:
    said = [answer("no_data")]

    assert check_way(HOST, TARGET, (), said, is_apex=False).verdict == "missing"
    assert check_way(HOST, TARGET, (), [answer(values=("1.2.3.4",))], is_apex=True).advice


def test_silent_server_beside_a_good_one_is_mentioned() -> None:
    silent = answer("unreachable", server="ns2.test", detail="ns2.test does not answer")

    check = check_proof(HOST, TOKEN, [answer(values=(TOKEN,)), silent])

    assert (check.verdict, check.server) == ("ok", "ns1.test")
    assert "ns2.test does not answer" in (check.advice or "")


def test_name_at_the_top_of_its_zone_cannot_have_an_alias() -> None:
    kinds = [
        [one["type"] for one in instructions("example.com", TOKEN, TARGET, ours, is_apex=True)]
        for ours in ((), OURS, ("2001:db8::1",))
    ]

    assert kinds == [["TXT", "ALIAS"], ["TXT", "A", "A", "ALIAS"], ["TXT", "AAAA", "ALIAS"]]


def test_proof_of_a_name_has_to_fit() -> None:
    assert proof_name("a.test") == "_hoster-challenge.a.test"
    assert can_be_proven("a" * 235)
    assert not can_be_proven("a" * 236)
