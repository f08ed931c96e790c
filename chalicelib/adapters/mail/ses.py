"""Letters over Amazon SES: `chalicelib.ports.mail.Mail` made real."""

from __future__ import annotations

from email.utils import formataddr
from typing import TYPE_CHECKING

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


class SES:
    """Amazon SES, which knows the address that letters come from."""

    def __init__(self, client: SESV2Client, address: str, name: str) -> None:
        self.client = client
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
                        "Headers": [AUTOMATIC],  # type: ignore[list-item]  # a plain dict
                    }
                },
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
