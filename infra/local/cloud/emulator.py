"""Start ministack in this process, with three things about it mended.

Its server sends each answer in two packets, and Nagle's algorithm has every call wait for it. The
update of a nested stack forgets what a resource that stays as it is was known by, so that whatever
refers to its ARN fails; at the main stack it does not. And a service of containers takes its number
of tasks only as a number, while parameters are text.
"""

from __future__ import annotations

import runpy
import socketserver
from typing import Any


def main() -> None:
    """Run the emulator until it is told to stop."""
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    _keep_attributes()
    _count_tasks()
    runpy.run_module("ministack", run_name="__main__")


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


if __name__ == "__main__":
    main()
