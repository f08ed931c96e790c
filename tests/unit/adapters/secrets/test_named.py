"""Secrets by name are read as seldom as their reader allows, and an outage is told as one."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.secrets.named import NamedSecrets
from chalicelib.domain.errors import Unavailable


class Manager:
    """A Secrets Manager that tells how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - AWS's name
        self.asked.append(SecretId)
        if self.away:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        return {"SecretString": f"{SecretId} {len(self.asked)}"}


@pytest.fixture
def manager() -> Manager:
    return Manager()


def test_secret_is_kept_for_as_long_as_its_reader_says(manager: Manager) -> None:
    secrets = NamedSecrets(manager)

    assert [secrets.get("a", seconds=300) for _ in range(3)] == ["a 1"] * 3
    assert secrets.get("b", seconds=0) == "b 2"
    assert secrets.get("b", seconds=0) == "b 3"
    assert manager.asked == ["a", "b", "b"]


def test_outage_is_told_as_one_and_not_kept(manager: Manager) -> None:
    secrets = NamedSecrets(manager)
    manager.away = True
    with pytest.raises(Unavailable):
        secrets.get("a", seconds=300)

    manager.away = False

    assert secrets.get("a", seconds=300) == "a 2"
