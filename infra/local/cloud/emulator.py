"""Start ministack in this process, with five things about it mended.

Its server sends each answer in two packets, and Nagle's algorithm has every call wait for it. Two
threads of each function look ten times a second whether something waits for it, which comes to
thousands of times with two hundred functions: every other thread waits for those. The update of a
nested stack forgets what a resource that stays as it is was known by, so that whatever refers to
its ARN fails; at the main stack it does not. And a service of containers takes its number of tasks
only as a number, while parameters are text. And a letter is handed on without the headers that it
was sent with.
"""

from __future__ import annotations

import json
import queue
import runpy
import socketserver
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

LOOK_SECONDS = 5.0
"""How often a thread looks that is woken by what it waits for."""


def main() -> None:
    """Run the emulator until it is told to stop."""
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    _wait_quietly()
    _keep_attributes()
    _count_tasks()
    _carry_headers()
    runpy.run_module("ministack", run_name="__main__")


class _QuietQueue(queue.Queue[Any]):
    """A queue whose waiters are woken by what comes, and look by themselves but seldom."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Wait for an item, longer than asked. Raises `queue.Empty`."""
        return super().get(block, timeout and max(timeout, LOOK_SECONDS))


def _wait_quietly() -> None:
    """Have the threads that serve functions look seldom; a call wakes them as before."""
    from ministack.core import lambda_runtime

    module: Any = lambda_runtime
    module.queue = SimpleNamespace(Queue=_QuietQueue, Empty=queue.Empty, Full=queue.Full)
    server: Any = socketserver.BaseServer
    serve = server.serve_forever

    def serving(self: Any, poll_interval: float = 0.5) -> None:
        # Until it looks, it does not notice that it is to stop: a second is what that may take.
        serve(self, max(poll_interval, 1.0))

    server.serve_forever = serving


def _keep_attributes() -> None:
    """Give the attributes that a resource has to whoever updates it and does not say them."""
    from ministack.services.cloudformation import _stacks, provisioners

    update: Any = provisioners._update_resource

    def updating(*given: Any) -> Any:
        kind, physical_id, old, new, stack, *more = given
        logical_id, attributes = [*more, None, None][:2]
        standing = (_stacks.get(stack) or {}).get("_resources", {}).get(logical_id, {})
        known = attributes or standing.get("Attributes")
        return update(kind, physical_id, old, new, stack, logical_id, known)

    provisioners._update_resource = updating


def _count_tasks() -> None:
    """Give a service of containers its number of tasks as a number."""
    from ministack.services.cloudformation import provisioners

    handlers: Any = provisioners._RESOURCE_HANDLERS["AWS::ECS::Service"]
    create: Any = handlers["create"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        counted = {**properties, "DesiredCount": int(properties["DesiredCount"])}
        return create(logical_id, counted, stack)

    handlers["create"] = creating


def _carry_headers() -> None:
    """Hand letters on with their headers, and with what SES itself would read of them."""
    from ministack.services import ses_v2

    module: Any = ses_v2
    sent: ContextVar[dict[str, Any]] = ContextVar("sent")
    handle, build = module.handle_request, module._build_mime_message

    async def handling(method: str, path: str, headers: Any, body: Any, *more: Any) -> Any:
        if path.endswith("/outbound-emails") and method == "POST":
            sent.set(json.loads(body))
        return await handle(method, path, headers, body, *more)

    def building(*given: Any) -> str:
        letter = sent.get({})
        tags = ", ".join(f"{one['Name']}={one['Value']}" for one in letter.get("EmailTags") or ())
        simple = (letter.get("Content") or {}).get("Simple") or {}
        carried = [(one["Name"], one["Value"]) for one in simple.get("Headers") or ()]
        carried.append(("X-SES-CONFIGURATION-SET", letter.get("ConfigurationSetName") or ""))
        carried.append(("X-SES-MESSAGE-TAGS", tags))
        lines = "".join(f"{name}: {value}\n" for name, value in carried if value)
        return lines + str(build(*given))

    module.handle_request, module._build_mime_message = handling, building


if __name__ == "__main__":
    main()
