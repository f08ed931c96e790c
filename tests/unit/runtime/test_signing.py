"""Where links lead by which servers and people reach the installation's own buckets."""

from __future__ import annotations

import pytest

from chalicelib.runtime import clients


@pytest.mark.parametrize(
    ("region", "endpoint", "begins"),
    [
        ("eu-south-1", None, "https://archives.s3.eu-south-1.amazonaws.com/key?"),
        ("us-east-1", None, "https://archives.s3.amazonaws.com/key?"),
        ("eu-south-1", "http://172.31.240.1:4569", "http://172.31.240.1:4569/archives/key?"),
    ],
)
def test_link_leads_to_the_regions_own_address(
    monkeypatch: pytest.MonkeyPatch, region: str, endpoint: str | None, begins: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
    }.items():
        monkeypatch.setenv(name, value)
    clients.session.cache_clear()
    try:
        client = clients.signing(endpoint)
        wanted = {"Bucket": "archives", "Key": "key"}
        link = client.generate_presigned_url("get_object", Params=wanted)
    finally:
        clients.session.cache_clear()

    assert link.startswith(begins)
    assert f"%2F{region}%2Fs3%2F" in link
