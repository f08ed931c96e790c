"""What is asked of AWS while a test looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from botocore.client import BaseClient


@contextmanager
def asked_of_dynamodb() -> Iterator[list[str]]:
    """Note what is asked of DynamoDB."""
    asked: list[str] = []
    call = BaseClient._make_api_call

    def noted(client: BaseClient, name: str, given: Any) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            asked.append(name)
        return call(client, name, given)

    with mock.patch.object(BaseClient, "_make_api_call", noted):
        yield asked
