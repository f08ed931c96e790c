"""Letters over SES, at the local AWS and on to the local mailbox, and their twin in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import boto3
import httpx
import pytest
import yaml
from botocore.config import Config
from botocore.stub import Stubber

from chalicelib.adapters.mail.ses import SES
from chalicelib.domain.errors import MailRefused, MailUnavailable
from chalicelib.ports.mail import Letter, Mail, Returned
from chalicelib.runtime.mail_returns import read
from infra.local.mail.app import make_app
from infra.local.mail.box import Received
from infra.local.mail.returns import Teller
from infra.packaging.template import ROOT
from tests.contract.emulated import local_aws
from tests.fakes.mail import FakeMail
from tests.local.serving import serving, until
from tests.ports import free_port

ADDRESS = "no-reply@hoster.test"
SET = "contract-mail"
LETTER = Letter("ada@example.com", "Grüße", "Ein Satz — mit ü.\nhttps://a.test/#b", "<p>Ein ü.</p>")


@dataclass
class Sending:
    """A deliverer, and what arrived for an address."""

    mail: Mail
    arrived: Callable[[str], list[tuple[str, str, str]]]
    """Subject, text and HTML."""


@dataclass
class Post:
    """The local AWS with the mailbox behind it, and the queue of what comes back."""

    client: Any
    mailbox: str
    returns: str


@dataclass
class Tellers:
    """What the mailbox tells of letters, once there is somebody to tell."""

    tell: Callable[[Received], None] = lambda _letter: None

    def __call__(self, letter: Received) -> None:
        self.tell(letter)


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    smtp, tellers = free_port(), Tellers()
    folder = tmp_path_factory.mktemp("mail")
    with (
        serving(make_app(smtp, tellers)) as mailbox,
        local_aws(folder, tables=False, SMTP_HOST=f"127.0.0.1:{smtp}"),
    ):
        client = boto3.client("sesv2")
        client.create_email_identity(EmailIdentity=ADDRESS.partition("@")[2])
        tellers.tell = Teller(client, boto3.client("sns")).tell
        yield Post(client, mailbox, way_back())


def way_back() -> str:
    """Make what the template makes of mail; returns the queue in which returns end."""
    folder = ROOT / "infra/template"
    described = yaml.safe_load((folder / "mail.yaml").read_text())
    queues = yaml.safe_load((folder / "queues.yaml").read_text())["Resources"]
    beside = {name: queues[name] for name in ("NoticesQueue", "Failures")}
    given = {"Installation": SET.removesuffix("-mail"), "MailFrom": ADDRESS}
    template = {
        "Parameters": {name: {"Type": "String", "Default": value} for name, value in given.items()},
        **described,
        "Resources": {**described["Resources"], **beside},
    }
    stacks = boto3.client("cloudformation")
    stacks.create_stack(StackName="mail", TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(
        StackName="mail", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return str(
        boto3.client("sqs").get_queue_url(QueueName=f"{given['Installation']}-notices")["QueueUrl"]
    )


def received(post: Post, address: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{post.mailbox}/messages", params={"to": address}, trust_env=False)
    return list(answer.json()["messages"])


@pytest.fixture(params=("ses", "memory"))
def sending(request: Any, post: Post) -> Sending:
    if request.param == "memory":
        fake = FakeMail()

        def kept(address: str) -> list[tuple[str, str, str]]:
            return [(one.subject, one.text, one.html) for one in fake.sent if one.to == address]

        return Sending(fake, kept)

    def delivered(address: str) -> list[tuple[str, str, str]]:
        return [
            (one["subject"], one["text"].rstrip("\r\n").replace("\r\n", "\n"), one["html"].strip())
            for one in until(lambda: received(post, address))
        ]

    return Sending(SES(post.client, ADDRESS, "Hoster"), delivered)


def test_letter_arrives_as_it_was_written(sending: Sending) -> None:
    number = sending.mail.send(LETTER)

    assert number.startswith("<")
    assert sending.arrived(LETTER.to) == [(LETTER.subject, LETTER.text, LETTER.html)]


def test_address_that_ses_does_not_know_may_not_write(post: Post) -> None:
    with pytest.raises(MailRefused, match="MessageRejected") as refused:
        SES(post.client, "no-reply@stranger.test", "Hoster").send(LETTER)

    assert "stranger" not in str(refused.value)


def test_letter_names_its_sender_and_has_an_id(post: Post) -> None:
    number = SES(post.client, ADDRESS, "Hoster").send(Letter("bob@example.com", "s", "t", "h"))

    [one] = until(lambda: received(post, "bob@example.com"))
    assert one["sender"] == f"Hoster <{ADDRESS}>"
    assert one["message_id"].partition("@")[0] == number.partition("@")[0]


def test_letter_carries_how_its_reader_has_no_more_of_them(post: Post) -> None:
    stop = "https://hoster.test/api/v1/notice_unsubscriptions/chn_1.abc"
    letter = replace(LETTER, to="carl@example.com", unsubscribe=stop, channel="chn_1")
    SES(post.client, ADDRESS, "Hoster", SET).send(letter)
    SES(post.client, ADDRESS, "Hoster", SET).send(replace(LETTER, to="dora@example.com"))

    [with_it] = until(lambda: received(post, "carl@example.com"))
    [without] = until(lambda: received(post, "dora@example.com"))

    assert with_it["headers"]["List-Unsubscribe"] == f"<{stop}>"
    assert with_it["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not [name for name in without["headers"] if name.startswith("List-")]
    assert [one["headers"]["Auto-Submitted"] for one in (with_it, without)] == [
        "auto-generated"
    ] * 2


def returned(post: Post) -> Returned:
    """Take what came back, through the topic and the queue of the template."""
    queue = boto3.client("sqs")

    def come() -> list[Any]:
        return list(queue.receive_message(QueueUrl=post.returns).get("Messages", ()))

    [message] = until(come)
    queue.delete_message(QueueUrl=post.returns, ReceiptHandle=message["ReceiptHandle"])
    found = read(json.loads(message["Body"]))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "kind", "word"),
    [
        ("bounce+one", "bounced", "user unknown"),
        ("suppressionlist", "bounced", "came back from there before"),
        ("full", "delayed", "The mailbox is full."),
        ("complaint", "complained", "reported a letter as spam"),
    ],
)
def test_what_comes_back_is_told_to_the_queue_and_read(
    post: Post, name: str, kind: str, word: str
) -> None:
    address = f"{name}@simulator.amazonses.com"
    letter = replace(LETTER, to=address, channel="chn_0123456789abcdef")

    number = SES(post.client, ADDRESS, "Hoster", SET).send(letter)

    found = returned(post)
    assert (found.kind, found.address, found.channel) == (kind, address, letter.channel)
    assert found.letter == number.strip("<>").partition("@")[0]
    assert word in found.detail


def test_letter_that_arrives_tells_nothing(post: Post) -> None:
    SES(post.client, ADDRESS, "Hoster", SET).send(replace(LETTER, to="eric@example.com"))
    SES(post.client, ADDRESS, "Hoster").send(
        replace(LETTER, to="bounce+unset@simulator.amazonses.com")
    )
    until(lambda: received(post, "bounce+unset@simulator.amazonses.com"))
    last = "bounce+last@simulator.amazonses.com"

    SES(post.client, ADDRESS, "Hoster", SET).send(replace(LETTER, to=last))

    assert returned(post).address == last


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("MessageRejected", MailRefused),
        ("MailFromDomainNotVerifiedException", MailRefused),
        ("TooManyRequestsException", MailUnavailable),
        ("SendingPausedException", MailUnavailable),
        ("InternalFailure", MailUnavailable),
    ],
)
def test_what_ses_says_is_told_apart(post: Post, code: str, error: type[Exception]) -> None:
    client = boto3.client("sesv2")
    with Stubber(client) as stub:
        stub.add_client_error("send_email", code, "Email address is not verified: ada@example.com")

        with pytest.raises(error, match=code) as failed:
            SES(client, ADDRESS, "Hoster").send(LETTER)

    assert "ada" not in str(failed.value)


def test_ses_that_is_away_is_told() -> None:
    once = Config(retries={"total_max_attempts": 1})
    client = boto3.client(
        "sesv2",
        endpoint_url=f"http://127.0.0.1:{free_port()}",
        config=once,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )

    with pytest.raises(MailUnavailable):
        SES(client, ADDRESS, "Hoster").send(LETTER)


def test_letters_are_read_on_a_page(post: Post) -> None:
    hostile = Letter("eve@example.com", "<b>s</b>", "<script>1</script> http://a.test/x", "h")
    SES(post.client, ADDRESS, "Hoster").send(hostile)
    [one] = until(lambda: received(post, "eve@example.com"))

    listed = httpx.get(post.mailbox, trust_env=False).text
    shown = httpx.get(f"{post.mailbox}/letters/{one['id']}", trust_env=False).text

    assert f'<a href="/letters/{one["id"]}">&lt;b&gt;s&lt;/b&gt;</a>' in listed
    assert '<a href="http://a.test/x">http://a.test/x</a>' in shown
    assert "<script>" not in shown
    assert httpx.get(f"{post.mailbox}/letters/0", trust_env=False).status_code == 404
