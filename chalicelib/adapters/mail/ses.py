"""Letters over Amazon SES: `chalicelib.ports.mail.Mail` made real."""

from __future__ import annotations

from email.utils import formataddr
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import MailRefused, MailUnavailable
from chalicelib.ports.mail import Letter

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

CHARSET = "UTF-8"
REFUSED = frozenset(
    {
        "AccountSuspendedException",
        "BadRequestException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "NotFoundException",
    }
)
"""What SES says of a letter that it will not take tomorrow either."""
# Nobody's holiday reply shall answer a machine (RFC 3834).
AUTOMATIC = {"Name": "Auto-Submitted", "Value": "auto-generated"}
ONE_CLICK = {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}
CHANNEL = "channel"
"""The tag by which what comes back of a letter tells its channel (`runtime/mail_returns.py`)."""


class SES:
    """Amazon SES, which knows the address that letters come from."""

    def __init__(
        self, client: SESV2Client, address: str, name: str, configuration_set: str = ""
    ) -> None:
        """`configuration_set` is what SES tells by what comes back; without it nothing is told."""
        self.client = client
        self.told: dict[str, Any] = (
            {"ConfigurationSetName": configuration_set} if configuration_set else {}
        )
        self.sender = formataddr((name, address))

    def send(self, letter: Letter) -> str:
        """Hand a letter over."""
        try:
            answer = self.client.send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": [letter.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": letter.subject, "Charset": CHARSET},
                        "Body": {
                            "Text": {"Data": letter.text, "Charset": CHARSET},
                            "Html": {"Data": letter.html, "Charset": CHARSET},
                        },
                        "Headers": _headers(letter),  # type: ignore[typeddict-item]  # plain dicts
                    }
                },
                EmailTags=[{"Name": CHANNEL, "Value": letter.channel}] if letter.channel else [],
                **self.told,
            )
        except ClientError as error:
            # What SES says may hold the address; its code does not.
            code = str(error.response["Error"].get("Code"))
            if code in REFUSED:
                raise MailRefused(f"SES does not take the letter: {code}.") from None
            raise MailUnavailable(f"SES did not take the letter now: {code}.") from None
        except BotoCoreError as error:
            raise MailUnavailable(f"SES does not answer: {type(error).__name__}.") from None
        return f"<{answer['MessageId']}@email.amazonses.com>"


def _headers(letter: Letter) -> list[dict[str, str]]:
    """The headers of a letter; by two of them its reader wants no more with one click."""
    if not letter.unsubscribe:
        return [AUTOMATIC]
    return [AUTOMATIC, {"Name": "List-Unsubscribe", "Value": f"<{letter.unsubscribe}>"}, ONE_CLICK]
