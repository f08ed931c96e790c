"""Only a delivery of the channel itself can be sent once more."""

from __future__ import annotations

from tests.functions.checks import Checked
from tests.functions.notices import asked, deliver, hook, received


def test_delivery_of_another_channel_is_none(here: Checked, owner: str) -> None:
    one, other = hook(here, owner), hook(here, owner)
    asked()
    sent = here.call("POST", f"{one}/test", user=owner, kind="notice_deliveries").id
    deliver()

    wrong = here.call("POST", f"{other}/deliveries/{sent}/replay", user=owner)
    right = here.call(
        "POST", f"{one}/deliveries/{sent}/replay", user=owner, kind="notice_deliveries"
    )
    deliver()

    assert (wrong.status, right.status) == (404, 202)
    assert len(received(here)) == 2
