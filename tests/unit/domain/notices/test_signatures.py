"""Signatures are those of Standard Webhooks: the vector of its own documentation."""

from __future__ import annotations

import pytest

from chalicelib.domain.notices import retries
from chalicelib.domain.notices.signatures import headers, key_of, secret_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_signature_is_that_of_the_standard() -> None:
    signed = headers(
        [SECRET],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_message_is_signed_with_both_secrets_while_one_follows_another() -> None:
    other = secret_of(b"o" * 32)

    signed = headers([SECRET, other], message_id="m", timestamp=1, body=b"{}")

    assert len(signed["webhook-signature"].split()) == 2


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_what_is_no_secret_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is "):
        key_of(text)


def test_attempts_end_after_a_day() -> None:
    waits = [retries.wait_after(n) for n in range(1, retries.ATTEMPTS)]

    assert waits == sorted(waits, key=lambda wait: wait or 0)
    assert 20 * 3600 < sum(wait or 0 for wait in waits) < 26 * 3600
    assert retries.wait_after(retries.ATTEMPTS) is None
