"""Sealing under KMS, against the local AWS: bound to installation, record and field."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.adapters.secrets.kms import KMSSeal
from chalicelib.domain.errors import Conflict, Unavailable
from chalicelib.ports.secrets import SealMark, mark_of
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
    blob = base64.b64decode(seal.seal(CLEAR, record="a", field="f").split(".")[3])
    client = boto3.client("kms")

    with pytest.raises(client.exceptions.InvalidCiphertextException):
        client.decrypt(
            KeyId=key,
            CiphertextBlob=blob,
            EncryptionContext={
                "installation": "test",
                "table": "resources",
                "record": "b",
                "field": "f",
            },
        )


def test_another_installation_opens_nothing(seal: KMSSeal, key: str) -> None:
    sealed = seal.seal(CLEAR, record="a", field="f")

    with pytest.raises(Conflict):
        KMSSeal(boto3.client("kms"), key, "other").open(sealed, record="a", field="f")


@pytest.mark.parametrize("part", range(6))
def test_text_that_was_changed_opens_nowhere(seal: KMSSeal, part: int) -> None:
    parts = seal.seal(CLEAR, record="a", field="f").split(".")
    parts[part] = base64.b64encode(b"\0" * 40).decode()

    with pytest.raises(Conflict) as refused:
        seal.open(".".join(parts), record="a", field="f")

    assert refused.value.error_code == "seal_broken"


@pytest.mark.parametrize(
    "sealed",
    ["", "v1", "v1.!.!.!", "v1....", "v1.a.b.c.d", "v2.k.1.a.b.c", "v2.....", "v3.k.1.a.b.c"],
)
def test_text_that_was_never_sealed_opens_nowhere(seal: KMSSeal, sealed: str) -> None:
    with pytest.raises(Conflict) as refused:
        seal.open(sealed, record="a", field="f")

    assert refused.value.error_code == "seal_broken"


def test_text_tells_its_key_and_time_and_is_bound_to_them(key: str) -> None:
    seal = KMSSeal(boto3.client("kms"), key, "test", now=lambda: 1_800_000_000.7)
    sealed = seal.seal(CLEAR, record="a", field="f")

    assert mark_of(sealed) == SealMark(1_800_000_000, key.rpartition("/")[2])
    with pytest.raises(Conflict):
        seal.open(sealed.replace(".1800000000.", ".1800000001."), record="a", field="f")


def test_each_text_has_a_data_key_and_nonce_of_its_own(seal: KMSSeal) -> None:
    texts = [seal.seal(CLEAR, record="a", field="f").split(".") for _ in range(20)]

    for part in (3, 4, 5):
        assert len({text[part] for text in texts}) == len(texts)


def test_key_that_is_retiring_opens_and_seals_nothing_new(key: str) -> None:
    client = boto3.client("kms")
    fresh = client.create_key()["KeyMetadata"]["Arn"]
    old = KMSSeal(client, key, "test").seal(CLEAR, record="a", field="f")
    both = KMSSeal(client, fresh, "test", retiring=(key,))

    new = both.seal(CLEAR, record="a", field="f")

    assert both.open(old, record="a", field="f") == both.open(new, record="a", field="f") == CLEAR
    assert mark_of(new) != mark_of(old)
    assert KMSSeal(client, fresh, "test").open(new, record="a", field="f") == CLEAR
    with pytest.raises(Conflict) as refused:
        KMSSeal(client, fresh, "test").open(old, record="a", field="f")
    assert refused.value.error_code == "seal_broken"
    with pytest.raises(Conflict):
        both.open(new.replace(both.key, both.retiring[0]), record="a", field="f")


def test_text_of_before_tables_were_bound_is_still_read(key: str) -> None:
    client, context = boto3.client("kms"), {"installation": "test", "record": "a", "field": "f"}
    made = client.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)
    bound = json.dumps(context, sort_keys=True).encode()
    text = AESGCM(made["Plaintext"]).encrypt(b"n" * 12, CLEAR.encode(), bound)
    parts = (made["CiphertextBlob"], b"n" * 12, text)
    sealed = ".".join(["v1", *(base64.b64encode(part).decode() for part in parts)])

    assert KMSSeal(client, key, "test").open(sealed, record="a", field="f") == CLEAR
    assert mark_of(sealed) is None
    with pytest.raises(Conflict):
        KMSSeal(client, key, "test").open(sealed, record="b", field="f")


def test_key_service_that_is_away_can_be_asked_again(seal: KMSSeal, key: str) -> None:
    quick = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    away = KMSSeal(
        boto3.client("kms", endpoint_url="http://127.0.0.1:1", config=quick), key, "test"
    )

    with pytest.raises(Unavailable):
        away.open(seal.seal(CLEAR, record="a", field="f"), record="a", field="f")
    with pytest.raises(Unavailable):
        away.seal(CLEAR, record="a", field="f")
