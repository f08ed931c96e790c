"""Notice channels: where an account is told of what happens, by mail or by webhook."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.domain.notices.rules import EVENTS, Event
from chalicelib.domain.urls import MAX_LETTERS
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states

MAIL_PATTERN = (
    r"^[^\s@<>(),;:\\\"\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,187}\.[A-Za-z0-9-]{2,63})$"
)
Events = Annotated[list[Event], Field(min_length=1, max_length=len(EVENTS))]
Address = Annotated[str, StringConstraints(max_length=254, pattern=MAIL_PATTERN)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LETTERS)]


class LastDelivery(TypedDict):
    """How the last delivery that ended, or was tried, went."""

    id: str
    at: str
    status: Literal["pending", "delivered", "failed"]
    response_status: int | None
    detail: str | None


class Undeliverable(TypedDict):
    """Why no mail goes to an address any more."""

    reason: Literal["bounced", "complained"]
    at: str
    detail: str
    """What came back, in plain words."""


class ReturnedMail(TypedDict):
    """Letters that came back although the address is there, several in a row."""

    count: int
    since: str
    last_at: str
    detail: str


class ChannelAttributes(BaseModel):
    """What an owner sees of a channel."""

    kind: Literal["email", "webhook"]
    address: str | None = None
    """Where mail goes; null for the account's own address, which the gateway knows."""
    own: bool = False
    """Whether it is the account's own address, which every account has one channel for."""
    url: str | None = None
    events: list[Event]
    deployment_id: str | None = None
    """The one app that it is told of; null for everything of the account."""
    enabled: bool
    failing_since: str | None = None
    """Since when deliveries fail for good; null while they do not."""
    last_delivery: LastDelivery | None = None
    previous_secret_until: str | None = None
    """Until when messages carry a signature of the secret before as well."""
    muted_at: str | None = None
    """When its reader had notices stopped; null while they come."""
    undeliverable: Undeliverable | None = None
    """Why no mail goes there any more, until its reader confirms anew; null while it does."""
    returned: ReturnedMail | None = None
    """Letters that came back for the time being, once they were several; null without."""


class CreateChannel(BaseModel):
    """What a client sends to be told somewhere: an `address` or a `url`, as the kind says."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["email", "webhook"]
    address: Address | None = None
    url: Url | None = None
    events: Events = list(EVENTS)
    deployment_id: Annotated[str, StringConstraints(max_length=64)] | None = None
    enabled: bool = True
    secret: Annotated[str, StringConstraints(max_length=200)] | None = None


class UpdateChannel(BaseModel):
    """What an owner may change of a channel."""

    model_config = ConfigDict(extra="forbid")

    events: Events = list(EVENTS)
    enabled: bool = True


NOTICE_CHANNELS = Resource(
    name="notice_channels",
    singular="notice channel",
    prefix="chn_",
    owner_field="customer_id",
    attributes=ChannelAttributes,
    create=CreateChannel,
    update=UpdateChannel,
    verbs=frozenset({"get"}),
    aside=frozenset({"last_delivery", "failing_since", "returned"}),
    works=False,
    secrets=frozenset({"secret"}),
    shown_once=frozenset({"secret"}),
    references={"deployment_id": "deployments"},
    states=states(
        "unconfirmed",
        final="deleted",
        unconfirmed="active undeliverable deleted",
        active="muted undeliverable deleted",
        muted="active undeliverable deleted",
        undeliverable="active deleted",
    ),
)


class Attempt(TypedDict):
    """One try of a delivery."""

    at: str
    seconds: float
    response_status: int | None
    detail: str
    """The first bytes of the answer, or why there was none."""


class DeliveryAttributes(BaseModel):
    """One notice on its way to one channel."""

    type: str
    subject: str
    status: Literal["pending", "delivered", "failed"]
    attempts: list[Attempt]
    """Those that are kept, the last ones, oldest first."""
    attempt_count: int
    next_attempt_at: str | None = None
    created_at: str


class ConfirmChannel(BaseModel):
    """What the link in a mail carries."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, StringConstraints(min_length=20, max_length=200)]
