"""What is told of what began and ended, and what a dead server swallows."""

from __future__ import annotations

from itertools import count
from typing import Any

from chalicelib.domain.notices.incidents import Fact, Incident, Round, weigh
from chalicelib.domain.notices.messages import messages
from chalicelib.domain.notices.rules import EVENTS, rule_of

NUMBERS = count(1)


def fact(name: str, about: str = "dep_1", kind: str = "deployments", **known: Any) -> Fact:
    number = next(NUMBERS)
    data = known.pop("data", {})
    rule = rule_of(kind, name, data)
    assert rule is not None
    made = {"deployment": about if kind == "deployments" else "", "node": ""} | known
    return Fact(
        f"evt_{number:012x}",
        rule,
        about,
        kind,
        f"2026-02-15T10:00:{number % 60:02d}.000Z",
        about,
        name,
        **made,
    )


def standing(told: Round) -> dict[str, Incident]:
    return {one.key: one for one in told.opened}


def types(told: Round) -> list[str]:
    return [item.type for item in told.items]


def gone(app: str, node: str = "node_1") -> Fact:
    return fact("health_unreachable", app, node=node)


def test_app_is_told_down_once_and_up_again() -> None:
    down = weigh([fact("failed", data={"code": "container_exited"})], {})
    again = weigh([fact("health_unhealthy")], standing(down))
    up = weigh([fact("running")], standing(down))

    assert types(down) == ["app.down"]
    assert types(again) == []
    assert types(up) == ["app.up"]
    assert [one.key for one in up.closed] == ["app#dep_1"]
    assert up.items[0].since == down.items[0].since


def test_start_of_an_app_that_was_not_down_is_not_told() -> None:
    assert weigh([fact("running"), fact("health_healthy")], {}) == Round((), (), ())


def test_what_begins_and_ends_at_once_is_told_by_its_end() -> None:
    told = weigh([fact("health_unhealthy"), fact("health_healthy")], {})

    assert types(told) == ["app.up"]
    assert told.items[0].since < told.items[0].fact.at
    assert told.opened == ()


def test_what_ends_and_begins_again_at_once_is_not_news() -> None:
    down = standing(weigh([fact("health_unhealthy")], {}))

    told = weigh([fact("health_healthy"), fact("health_unhealthy")], down)

    assert told == Round((), (), ())


def test_owner_who_stops_an_app_that_is_down_is_told_nothing() -> None:
    down = standing(weigh([fact("health_unhealthy")], {}))

    told = weigh([fact("stopped")], down)

    assert types(told) == []
    assert [one.key for one in told.closed] == ["app#dep_1"]


def test_failed_deploy_is_no_app_that_went_down() -> None:
    for work in ("deploy", "redeploy", "restart"):
        told = weigh([fact("failed", data={"code": "image_not_found", "work": work})], {})
        assert types(told) == ["deploy.failed"]
    assert rule_of("deployments", "failed", {"code": "x", "work": "remove"}) is None


def test_dead_server_swallows_its_apps() -> None:
    told = weigh(
        [
            gone("dep_1"),
            gone("dep_2"),
            gone("dep_3"),
            fact("node_unreachable", "node_1", "nodes"),
        ],
        {},
    )

    [message] = messages(told.items, events=EVENTS)

    assert message.type == "node.offline"
    assert message.subject == "Server node_1 is offline, with 3 apps"
    assert [app["id"] for app in message.items[0]["apps"]] == ["dep_1", "dep_2", "dep_3"]


def test_channel_of_one_app_hears_of_it_when_its_server_went() -> None:
    told = weigh([gone("dep_1"), gone("dep_2"), fact("node_unreachable", "node_1", "nodes")], {})

    [message] = messages(told.items, events=EVENTS, deployment="dep_2")

    assert message.type == "app.down"
    assert [item["id"] for item in message.items] == ["dep_2"]


def test_apps_on_a_server_of_somebody_else_are_one_message() -> None:
    told = weigh([gone("dep_1", node=""), gone("dep_2", node="")], {})

    [message] = messages(told.items, events=EVENTS)

    assert message.type == "app.down"
    assert message.subject == "2 apps are down: the server cannot be reached"


def test_server_that_is_back_is_told_without_its_apps() -> None:
    down = weigh([gone("dep_1"), fact("node_unreachable", "node_1", "nodes")], {})

    back = weigh([fact("node_back", "node_1", "nodes"), fact("health_healthy")], standing(down))

    assert [message.type for message in messages(back.items, events=EVENTS)] == ["node.online"]
    assert len(back.closed) == 2


def test_app_that_does_not_come_back_with_its_server_is_told_down() -> None:
    down = weigh([gone("dep_1"), fact("node_unreachable", "node_1", "nodes")], {})

    told = weigh([fact("failed", data={"code": "container_exited"})], standing(down))

    assert [message.type for message in messages(told.items, events=EVENTS)] == ["app.down"]


def test_app_of_a_server_that_is_known_to_be_gone_is_swallowed_later_too() -> None:
    down = weigh([fact("node_unreachable", "node_1", "nodes")], {})

    assert messages(weigh([gone("dep_9")], standing(down)).items, events=EVENTS) == []


def test_degraded_app_is_up_again_only_where_it_was_not_seen() -> None:
    unseen = standing(weigh([gone("dep_1")], {}))
    ill = standing(weigh([fact("health_unhealthy")], {}))

    assert types(weigh([fact("health_degraded")], unseen)) == ["app.up"]
    assert types(weigh([fact("health_degraded")], ill)) == []


def test_domain_is_told_again_when_it_leads_to_its_app_no_longer() -> None:
    failing = weigh([fact("domain_failing", hostname="www.example.com")], {})
    unrouted = weigh([fact("domain_unrouted", hostname="www.example.com")], standing(failing))
    other = weigh([fact("domain_failing", hostname="example.com")], standing(failing))

    assert [types(one) for one in (failing, unrouted, other)] == [["domain.failing"]] * 3


def test_certificate_is_told_once_however_often_it_is_tried() -> None:
    failed = weigh([fact("certificate_failed", "dom_1", "domains", hostname="a.example.com")], {})
    again = [fact("certificate_failed", "dom_1", "domains", hostname="a.example.com")]
    served = [fact("certificate_served", "dom_1", "domains", hostname="a.example.com")]

    assert types(failed) == ["certificate.failed"]
    assert types(weigh(again, standing(failed))) == []
    assert len(weigh(served, standing(failed)).closed) == 1


def test_invoice_that_is_settled_by_itself_is_not_told() -> None:
    assert rule_of("invoices", "invoice_closed", {"status": "paid"}) is None
    assert rule_of("invoices", "invoice_closed", {"status": "pending"}) is not None


def test_channel_hears_what_it_chose() -> None:
    told = weigh([fact("health_unhealthy"), fact("invoice_due", "inv_1", "invoices")], {})

    [message] = messages(told.items, events=("payment",))

    assert message.type == "payment.due"


def test_long_messages_name_some_and_count_the_others() -> None:
    told = weigh([fact("health_unhealthy", f"dep_{n}") for n in range(60)], {})

    [message] = messages(told.items, events=EVENTS)

    assert (len(message.items), message.more, len(message.entries)) == (50, 10, 60)
