"""Sealing under KMS, against the local AWS: bound to installation, record and field."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.secrets.kms import KMSSeal
from chalicelib.domain.errors import Conflict, Unavailable
from tests.contract.emulated import local_aws

CLEAR = "gr\u00fc\u00dfe, never-shown"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with local_aws(tmp_path_factory.mktemp("seal")):
        yield boto3.client("kms").create_key()["KeyMetadata"]["Arn"]


@pytest.fixture
def seal(key: str) -> KMSSeal:
    return KMSSeal(boto3.client("kms"), key, "test")


def test_sealed_text_opens_for_its_record_and_field(seal: KMSSeal) -> None:
    sealed = seal.seal(CLEAR, record="a", field="f")

    assert seal.open(sealed, record="a", field="f") == CLEAR
    assert "never-shown" not in sealed
    assert sealed != seal.seal(CLEAR, record="a", field="f")


@pytest.mark.parametrize(("record", "field"), [("b", "f"), ("a", "g"), ("", "")])
def test_sealed_text_that_is_copied_opens_nowhere(seal: KMSSeal, record: str, field: str) -> None:
    sealed = seal.seal(CLEAR, record="a", field="f")

    with pytest.raises(Conflict) as refused:
        seal.open(sealed, record=record, field=field)

    assert refused.value.error_code == "seal_broken"


def test_key_service_itself_refuses_another_record(seal: KMSSeal, key: str) -> None:
    """The encryption context holds without our own cipher's associated data."""
    blob = base64.b64decode(seal.seal(CLEAR, record="a", field="f").split(".")[1])
    client = boto3.client("kms")

    with pytest.raises(client.exceptions.InvalidCiphertextException):
        client.decrypt(
            KeyId=key,
            CiphertextBlob=blob,
            EncryptionContext={"installation": "test", "record": "b", "field": "f"},
        )


def test_another_installation_opens_nothing(seal: KMSSeal, key: str) -> None:
    sealed = seal.seal(CLEAR, record="a", field="f")

    with pytest.raises(Conflict):
        KMSSeal(boto3.client("kms"), key, "other").open(sealed, record="a", field="f")


@pytest.mark.parametrize("part", range(4))
def test_text_that_was_changed_opens_nowhere(seal: KMSSeal, part: int) -> None:
    parts = seal.seal(CLEAR, record="a", field="f").split(".")
    parts[part] = base64.b64encode(b"\0" * 40).decode()

    with pytest.raises(Conflict) as refused:
        seal.open(".".join(parts), record="a", field="f")

    assert refused.value.error_code == "seal_broken"


@pytest.mark.parametrize("sealed", ["", "v1", "v1.!.!.!", "v1....", "v1.a.b.c.d"])
def test_text_that_was_never_sealed_opens_nowhere(seal: KMSSeal, sealed: str) -> None:
    with pytest.raises(Conflict) as refused:
        seal.open(sealed, record="a", field="f")

    assert refused.value.error_code == "seal_broken"


def test_key_service_that_is_away_can_be_asked_again(seal: KMSSeal, key: str) -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    away = KMSSeal(
        boto3.client("kms", endpoint_url="http://127.0.0.1:1", config=quick), key, "test"
    )

    with pytest.raises(Unavailable):
        away.open(seal.seal(CLEAR, record="a", field="f"), record="a", field="f")
    with pytest.raises(Unavailable):
        away.seal(CLEAR, record="a", field="f")
