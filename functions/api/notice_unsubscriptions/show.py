"""Lead whoever opens the link of a mail program to the page on which they decide."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import told
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_readers import page_of


@operation(
    "GET /v1/notice_unsubscriptions/{token}",
    access="anyone",
    success=303,
    needs=(told("mail"),),
)
def handler(call: Call) -> Answer:
    """Lead whoever opens the link of a mail program to the page on which they decide.

    Nothing is changed by it: what looks at letters for their readers opens every link.
    """
    page = page_of(wiring, call.request.parameters.get("token", ""))
    return Answer(303, headers={"Location": page})
