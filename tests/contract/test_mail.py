"""Letters over SES, at the local AWS and on to the local mailbox, and their twin in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from chalicelib.adapters.mail.ses import SES
from chalicelib.domain.errors import MailRefused, MailUnavailable
from chalicelib.ports.mail import Letter, Mail
from infra.local.mail.app import make_app
from tests.contract.emulated import local_aws
from tests.fakes.mail import FakeMail
from tests.local.serving import serving, until
from tests.ports import free_port

ADDRESS = "no-reply@hoster.test"
LETTER = Letter("ada@example.com", "Grüße", "Ein Satz — mit ü.\nhttps://a.test/#b", "<p>Ein ü.</p>")


@dataclass
class Sending:
    """A deliverer, and what arrived for an address."""

    mail: Mail
    arrived: Callable[[str], list[tuple[str, str, str]]]
    """Subject, text and HTML."""


@dataclass
class Post:
    """The local AWS with the mailbox behind it."""

    client: Any
    mailbox: str


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    smtp = free_port()
    folder = tmp_path_factory.mktemp("mail")
    with (
        serving(make_app(smtp)) as mailbox,
        local_aws(folder, tables=False, SMTP_HOST=f"127.0.0.1:{smtp}"),
    ):
        client = boto3.client("sesv2")
        client.create_email_identity(EmailIdentity=ADDRESS.partition("@")[2])
        yield Post(client, mailbox)


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
