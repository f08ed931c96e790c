"""A mailbox for every address: it takes letters by SMTP and keeps the latest of them."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

logger = logging.getLogger(__name__)

KEPT = 500
"""The latest letters; older ones are forgotten."""


@dataclass(frozen=True)
class Received:
    """A letter that arrived."""

    id: int
    at: str
    sender: str
    to: list[str]
    subject: str
    message_id: str
    text: str
    html: str
    headers: dict[str, str]

    def shown(self) -> dict[str, Any]:
        """The letter for programs."""
        return asdict(self)


class Box:
    """The letters of everybody, the newest first; a handler of aiosmtpd."""

    def __init__(self, arrived: Callable[[Received], None] | None = None) -> None:
        """`arrived` is asked of each letter once it is taken; it may take its time."""
        self.arrived = arrived
        self.letters: deque[Received] = deque(maxlen=KEPT)
        self.numbers = itertools.count(1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - SMTP's own name
        """Take a letter."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        letter = Received(
            id=next(self.numbers),
            at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            sender=str(message["From"] or envelope.mail_from or ""),
            to=list(envelope.rcpt_tos),
            subject=str(message["Subject"] or ""),
            message_id=str(message["Message-ID"] or ""),
            text=_part(message, "plain"),
            html=_part(message, "html"),
            headers={name: str(value) for name, value in message.items()},
        )
        self.letters.appendleft(letter)
        if self.arrived is not None:
            asyncio.get_running_loop().run_in_executor(None, self._tell, self.arrived, letter)
        return "250 OK"

    def _tell(self, arrived: Callable[[Received], None], letter: Received) -> None:
        try:
            arrived(letter)
        except Exception:
            logger.exception("What comes back of letter %s could not be told", letter.id)

    def to(self, address: str) -> list[Received]:
        """The letters to an address, or all of them for an empty one."""
        return [one for one in self.letters if not address or address in one.to]

    def get(self, number: int) -> Received | None:
        """One letter."""
        return next((one for one in self.letters if one.id == number), None)


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body(preferencelist=(kind,))
    return str(found.get_content()) if found is not None else ""
