"""Requests that are sent again, for every POST: one effect, one answer, and nothing to steal."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from itertools import count
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import Selection
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Repeats
from infra.packaging.registry import operations
from infra.packaging.template import ROOT
from tests.functions import things
from tests.functions.cases import CASES
from tests.functions.checks import TOKEN, Checked
from tests.functions.good import EVERY, Good, good_call
from tests.world import Reply

KEYS = count(1)
REPEATABLE = {name: o for name, o in EVERY.items() if o.is_repeatable and name in CASES}
MAKING = {
    name: o for name, o in REPEATABLE.items() if o.success == 201 and (o.shows or o.shows_secret)
}
each_post = pytest.mark.parametrize("name", sorted(REPEATABLE))
each_create = pytest.mark.parametrize("name", sorted(MAKING))


class Killed(BaseException):
    """The function's process ends."""


def a_key() -> dict[str, str | None]:
    return {"Idempotency-Key": f"key-{next(KEYS)}"}


def kept() -> list[dict[str, Any]]:
    """Everything in the table, as it lies there."""
    return list(boto3.client("dynamodb").scan(TableName="test-idempotency")["Items"])


def expire_what_is_in_progress() -> None:
    client = boto3.client("dynamodb")
    for item in kept():
        if item.get("status", {}).get("S") == "INPROGRESS":
            client.update_item(
                TableName="test-idempotency",
                Key={"id": item["id"]},
                UpdateExpression="SET in_progress_expiration = :past",
                ExpressionAttributeValues={":past": {"N": str(int(time.time() * 1000) - 1)}},
            )


def records_of(good: Good, name: str) -> int:
    """How many records of its kind the caller has."""
    resource = EVERY[name].resource
    assert resource is not None
    page = wiring.records().select(
        Selection(resource.name, owner=good.user), limit=100, after=None, before=None
    )
    return len(page.records)


def without_secret(reply: Reply, *not_kept: str) -> Any:
    """An answer's record without what is shown once, and without when it was written."""
    data = json.loads(json.dumps(reply.body["data"]))
    for name in ("private_key", "token", "secret", "updated_at", *not_kept):
        data.get("attributes", {}).pop(name, None)
    return data


def test_every_post_of_a_member_can_be_repeated() -> None:
    posts = {f"{o.method} {o.path}" for _, o in operations() if o.method == "POST"}

    assert posts - set(REPEATABLE) == {
        "POST /v1/webhooks/stripe",
        "POST /v1/account/password-resets",
        "POST /v1/account/passwords",
        "POST /v1/notice_confirmations",
        "POST /v1/notice_unsubscriptions/{token}",
    }


@each_post
def test_same_request_is_answered_the_same_and_done_once(
    here: Checked, owner: str, name: str
) -> None:
    good, sent = good_call(here, name, owner), a_key()
    first = good.call(headers=sent)
    before = wiring.records().journal(first.id, limit=50)

    again = good.call(headers=sent)

    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status, again.status) == (first.status, CASES[name].status)
    not_kept = REPEATABLE[name].repeats.without
    assert without_secret(again, *not_kept) == without_secret(first, *not_kept)
    for header in ("ETag", "Location"):
        assert again.headers.get(header) == first.headers.get(header)
    assert wiring.records().journal(first.id, limit=50) == before


@each_post
def test_same_key_with_another_body_is_refused(here: Checked, owner: str, name: str) -> None:
    good, sent = good_call(here, name, owner), a_key()
    assert good.call(headers=sent).status == CASES[name].status

    reply = good.call(headers=sent, body='{"data": {"attributes": {"other": true}}}')

    assert (reply.status, reply.codes) == (422, ["idempotency_mismatch"])


@each_create
def test_two_tenants_with_one_key_get_two_answers(
    here: Checked, owner: str, stranger: str, name: str
) -> None:
    sent = a_key()

    first = good_call(here, name, owner).call(headers=sent)
    second = good_call(here, name, stranger).call(headers=sent)

    assert (first.status, second.status) == (201, 201)
    assert first.id != second.id
    assert "Idempotent-Replayed" not in second.headers


def test_one_key_on_two_records_is_two_requests(here: Checked, owner: str) -> None:
    sent = a_key()
    drafts = [things.draft(here, owner) for _ in range(2)]

    replies = [
        here.call("POST", f"/templates/{draft}/publish", user=owner, headers=sent)
        for draft in drafts
    ]

    assert [reply.id for reply in replies] == drafts


@each_post
def test_key_that_is_none_is_named(here: Checked, owner: str, name: str) -> None:
    good = Good(here, "POST", REPEATABLE[name].path.removeprefix("/v1"), None, "", owner)

    for key in ("", " ", "k" * 256, "a\x00b", "a\nb", "sch\u00f6n", "\u200b"):
        reply = good.call(headers={"Idempotency-Key": key})

        assert (reply.status, reply.codes) == (400, ["bad_request"]), ascii(key)
        assert reply.body["errors"][0]["source"] == {"header": "Idempotency-Key"}


def test_longest_key_is_one(here: Checked, owner: str) -> None:
    attributes = things.template_attributes()

    reply = here.call(
        "POST", "/templates", attributes, user=owner, headers={"Idempotency-Key": "k" * 255}
    )

    assert reply.status == 201


@each_post
def test_whoever_may_not_call_gets_no_answer_of_others(
    here: Checked, owner: str, stranger: str, name: str
) -> None:
    good, sent = good_call(here, name, owner), a_key()
    first = good.call(headers=sent)

    other = good.call(headers=sent, user=stranger)
    nobody = good.call(headers=sent, user=None)
    beside = good.call(headers={**sent, "X-Gateway-Secret": "wrong"})

    assert (nobody.status, beside.status) == (401, 403)
    assert "Idempotent-Replayed" not in other.headers
    if "{id}" in name:
        assert other.status == 404
    elif other.status == 201:
        assert other.id != first.id


@each_create
def test_refused_request_leaves_its_key_free(here: Checked, owner: str, name: str) -> None:
    good, sent = good_call(here, name, owner), a_key()

    refused = good.call(headers=sent, attributes={"colour": "red"})
    reply = good.call(headers=sent)

    assert (refused.status, reply.status) == (422, 201)


def test_request_that_is_being_answered_is_told_to_wait(here: Checked, owner: str) -> None:
    sent, given, inner = a_key(), things.template_attributes(), []
    commit = wiring.records().commit

    def committing(*writes: Any) -> None:
        inner.append(here.call("POST", "/templates", given, user=owner, headers=sent))
        commit(*writes)

    with mock.patch.object(wiring.records(), "commit", committing):
        outer = here.call("POST", "/templates", given, user=owner, headers=sent)

    assert outer.status == 201
    assert [(r.status, r.codes) for r in inner] == [(409, ["idempotency_in_progress"])]
    assert int(inner[0].headers["Retry-After"]) > 0


@each_create
def test_create_that_dies_between_commit_and_answer_makes_one_thing(
    here: Checked, owner: str, name: str
) -> None:
    good, sent = good_call(here, name, owner), a_key()
    before = records_of(good, name)
    dying = mock.patch.object(wiring.records(), "commit", side_effect=_dying())
    with dying, pytest.raises(Killed):
        good.call(headers=sent)
    assert records_of(good, name) == before + 1

    early = good.call(headers=sent)
    expire_what_is_in_progress()
    late = good.call(headers=sent)
    later = good.call(headers=sent)

    assert (early.status, early.codes) == (409, ["idempotency_in_progress"])
    assert (late.status, later.status) == (201, 201)
    assert without_secret(late) == without_secret(later)
    assert records_of(good, name) == before + 1


@each_create
def test_create_that_dies_before_its_commit_is_made_by_its_repeat(
    here: Checked, owner: str, name: str
) -> None:
    good, sent = good_call(here, name, owner), a_key()
    before = records_of(good, name)
    dying = mock.patch.object(wiring.records(), "commit", side_effect=Killed)
    with dying, pytest.raises(Killed):
        good.call(headers=sent)

    expire_what_is_in_progress()
    reply = good.call(headers=sent)

    assert reply.status == 201
    assert records_of(good, name) == before + 1


@each_create
def test_create_that_fails_after_its_commit_is_met_by_its_repeat(
    here: Checked, owner: str, name: str
) -> None:
    good, sent = good_call(here, name, owner), a_key()
    before = records_of(good, name)
    away = Unavailable("The store does not answer now; try again.")
    with mock.patch.object(wiring.records(), "commit", side_effect=_dying(away)):
        failed = good.call(headers=sent)

    reply = good.call(headers=sent)

    assert (failed.status, reply.status) == (503, 201)
    assert records_of(good, name) == before + 1


def _dying(error: BaseException | None = None) -> Any:
    commit = wiring.records().commit

    def then_die(*writes: Any) -> None:
        commit(*writes)
        raise error or Killed

    return then_die


def test_repeat_tells_how_a_record_stands_now(here: Checked, owner: str) -> None:
    sent, given = a_key(), things.template_attributes()
    made = here.call("POST", "/templates", given, user=owner, headers=sent)
    here.call("POST", f"/templates/{made.id}/publish", user=owner)

    again = here.call("POST", "/templates", given, user=owner, headers=sent)

    assert (again.status, again.id) == (201, made.id)
    assert again.attributes["published"] is True


def test_key_and_body_make_another_thing_after_a_day(here: Checked, owner: str) -> None:
    sent, given = a_key(), things.credential_attributes()
    first = here.call("POST", "/cloud_credentials", given, user=owner, headers=sent)
    client = boto3.client("dynamodb")
    for item in kept():
        client.update_item(
            TableName="test-idempotency",
            Key={"id": item["id"]},
            UpdateExpression="SET expiration = :past",
            ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
        )

    second = here.call("POST", "/cloud_credentials", given, user=owner, headers=sent)

    assert (first.status, second.status) == (201, 201)
    assert first.id != second.id


def test_expiry_is_a_day(here: Checked, owner: str) -> None:
    before = kept()
    here.call("POST", "/templates", things.template_attributes(), user=owner, headers=a_key())

    new = [item for item in kept() if item not in before]
    assert len(new) == 2
    for item in new:
        assert 86_000 < int(item["expiration"]["N"]) - time.time() <= 86_401


def test_store_that_is_away_refuses_what_may_have_been_done_before(
    here: Checked, owner: str
) -> None:
    given = things.template_attributes()
    with mock.patch.object(
        wiring.idempotency(Repeats().seconds).client, "put_item", side_effect=OSError
    ):
        reply = here.call("POST", "/templates", given, user=owner, headers=a_key())

    assert (reply.status, reply.codes) == (503, ["unavailable"])
    assert here.call("GET", "/templates?scope=mine", user=owner).body["data"] == []


def test_answer_is_given_even_if_it_cannot_be_kept(here: Checked, owner: str) -> None:
    given, sent = things.template_attributes(), a_key()
    with mock.patch.object(
        wiring.idempotency(Repeats().seconds).client, "update_item", side_effect=OSError
    ):
        reply = here.call("POST", "/templates", given, user=owner, headers=sent)
    expire_what_is_in_progress()

    again = here.call("POST", "/templates", given, user=owner, headers=sent)

    assert (reply.status, again.status) == (201, 201)
    assert again.id == reply.id


def test_refusal_is_told_even_if_its_key_cannot_be_freed(here: Checked, owner: str) -> None:
    with mock.patch.object(
        wiring.idempotency(Repeats().seconds).client, "delete_item", side_effect=OSError
    ):
        reply = here.call("POST", "/templates", {}, user=owner, headers=a_key())

    assert reply.status == 422


def test_dump_of_the_table_holds_no_secret_and_little_else(here: Checked, owner: str) -> None:
    sent = [a_key() for _ in range(len(REPEATABLE) + 1)]
    secrets = {TOKEN, "never-shown", "PRIVATE KEY", *(str(key["Idempotency-Key"]) for key in sent)}
    secret = {"name": "PASSWORD", "type": "secret", "required": True}
    template = things.published(here, owner, variables=[secret, things.GREETING])
    app = {
        "name": "my app",
        "template_id": template,
        "node_id": things.node(owner),
        "variables": {"PASSWORD": "never-shown-password"},
    }
    assert here.call("POST", "/deployments", app, user=owner, headers=sent.pop()).status == 201
    for name in sorted(REPEATABLE):
        good = good_call(here, name, owner)
        assert good.call(headers=sent.pop()).status == CASES[name].status, name
        if name == "POST /v1/account/closing":
            here.call("DELETE", "/account/closing", user=owner)
        if EVERY[name].shows or EVERY[name].shows_secret:
            secrets |= set(texts_in(good.attributes))

    dump = json.dumps(kept())

    assert dump.count("COMPLETED") > len(REPEATABLE)
    assert [secret for secret in secrets if secret in dump] == []
    assert max(len(json.dumps(item)) for item in kept()) < 2048


def texts_in(node: Any) -> list[str]:
    """Every text of some length in what was sent."""
    if isinstance(node, dict):
        return [text for value in node.values() for text in texts_in(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts_in(value)]
    return [node] if isinstance(node, str) and len(node) > 12 else []


def test_marks_cannot_be_guessed_without_the_secret(here: Checked, owner: str) -> None:
    """The same short body under another secret leaves another mark."""
    sent, given, marks = a_key(), things.credential_attributes(), []
    for secret in ("a" * 64, "b" * 64):
        known = {item["id"]["S"] for item in kept()}
        with mock.patch.object(wiring, "idempotency_secret", return_value=secret):
            here.call("POST", "/cloud_credentials", given, user=owner, headers=sent)
        [new] = [item for item in kept() if item["id"]["S"] not in known and "validation" in item]
        marks.append((new["id"]["S"], new["validation"]["S"]))

    assert marks[0][0] != marks[1][0]
    assert marks[0][1] != marks[1][1]


def test_what_repeats_is_loaded_only_by_a_request_that_has_a_key() -> None:
    look = (
        "import sys, chalicelib.runtime.operation, functions.api.templates.create\n"
        "print([m for m in sys.modules if 'utilities.idempotency' in m or m == 'boto3'])"
    )

    said = subprocess.run(
        [sys.executable, "-B", "-c", look], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert said.stdout.strip() == "[]"


def test_header_of_a_read_is_not_looked_at(here: Checked, owner: str) -> None:
    reply = here.call("GET", "/templates", user=owner, headers={"Idempotency-Key": ""})

    assert reply.status == 200
