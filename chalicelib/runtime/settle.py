"""A delete that waits a little for its work, so that most callers hear the end of it.

The one exception to "no sleeping Lambda" (CONTRACT 2): up to twenty seconds.
"""

from __future__ import annotations

import time

from chalicelib.domain.errors import Conflict
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call

PATIENCE_SECONDS = 20.0
ASK_AGAIN_SECONDS = 0.4


def settled(call: Call, begun: Record, *, failure: str) -> Answer:
    """Answer 204 when the record is gone, 202 with it while it goes on.

    Raises `Conflict` with code `failure` and the reason when the work failed.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    record: Record | None = begun
    while time.monotonic() < end:
        record = wiring.records().get(begun.id)
        if record is None or record.status == call.resource.states.final:
            return Answer(204)
        if record.work is None and record.status == "failed":
            reason = record.attributes.get("error_message") or "The log says why."
            raise Conflict(str(reason), code=failure)
        time.sleep(ASK_AGAIN_SECONDS)
    return call.show(record or begun, 202)
