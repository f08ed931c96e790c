"""What customers' buckets refuse, in words that say what to do about it.

Only codes that S3 knows are told on, never the words of whoever answers.
"""

from __future__ import annotations

import re

from chalicelib.domain.errors import BucketRefused, ProductError, Unavailable
from chalicelib.ports.vaults import BucketAccess

WRITE = "write (s3:PutObject)"
READ = "read (s3:GetObject)"
DELETE = "delete (s3:DeleteObject)"
ABANDON = "end unfinished uploads (s3:AbortMultipartUpload)"

_UNKNOWN = (
    "bucket_key_refused",
    "{where} does not know the access key {key}. Check both of its halves.",
)
_DENIED = (
    "bucket_access_denied",
    "The bucket {bucket} does not let this key {what}. Allow it that, or use another key.",
)
_NO_BUCKET = (
    "bucket_not_found",
    "{where} has no bucket {bucket}. Make it there first, or correct its name.",
)
_SAID = {
    "InvalidAccessKeyId": _UNKNOWN,
    "InvalidClientTokenId": _UNKNOWN,
    "InvalidSecurity": _UNKNOWN,
    "SignatureDoesNotMatch": (
        "bucket_key_refused",
        "{where} knows the access key {key}, and the secret access key is not its. Replace the "
        "secret access key.",
    ),
    "NoSuchBucket": _NO_BUCKET,
    "InvalidBucketName": _NO_BUCKET,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "AccountProblem": _DENIED,
    "Forbidden": _DENIED,
    "403": _DENIED,
    "RequestTimeTooSkewed": (
        "bucket_refused",
        "{where} has another time than Hoster: its clock is wrong. Set it right.",
    ),
}
_OTHER_REGION = frozenset(
    {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)
_PASSING = frozenset({"SlowDown", "RequestTimeout", "OperationAborted", "TooManyRequests", "429"})
_FAILS = 500
_PLAIN = re.compile(r"[A-Za-z0-9.]{1,64}")


def refusal(access: BucketAccess, what: str, code: str, status: int) -> ProductError:
    """The error of an answer with a code of S3's, or with a status alone, to some request."""
    where, bucket = _where(access), access.bucket
    if known := _SAID.get(code or str(status)):
        told, words = known
        detail = words.format(where=where, bucket=bucket, key=access.key_id, what=what)
        return BucketRefused(detail, code=told)
    if code in _OTHER_REGION:
        return other_region(access, "")
    if status >= _FAILS or code in _PASSING:
        detail = f"{where} cannot answer now ({_told(code, status)}); try again later."
        return Unavailable(detail, code="bucket_unanswered")
    detail = f"The bucket {bucket} does not let this key {what}: it says {_told(code, status)}."
    return BucketRefused(detail)


def _told(code: str, status: int) -> str:
    return code if _PLAIN.fullmatch(code) else str(status)


def _where(access: BucketAccess) -> str:
    return access.endpoint or f"Amazon S3 in {access.region}"


def other_region(access: BucketAccess, told: str) -> BucketRefused:
    """The bucket lies in another region; `told` is which, where it says so."""
    known = _PLAIN.fullmatch(told.replace("-", ""))
    right = f"it lies in {told}" if known else "it does not say in which it lies"
    detail = f"The bucket {access.bucket} is not in the region {access.region}: {right}."
    return BucketRefused(f"{detail} Correct the region.", code="bucket_wrong_region")


def sums_hidden(bucket: str, by: str) -> BucketRefused:
    """The bucket encrypts so that it does not tell the sum of what was sent."""
    detail = (
        f"The bucket {bucket} encrypts with {by}, and so does not tell the sum by which a backup "
        "is proven. Choose SSE-S3 (AES256) as its default encryption: backups are encrypted "
        "before they are sent."
    )
    return BucketRefused(detail, code="bucket_sums_hidden")


def other_sum(bucket: str) -> BucketRefused:
    """The bucket tells of what comes in parts something else than its size and S3's sum of it."""
    detail = (
        f"The bucket {bucket} does not tell size and sum of what was sent as S3 does (an ETag of "
        "the parts' MD5), so that no backup can be proven there. Use one that does."
    )
    return BucketRefused(detail, code="bucket_sums_hidden")


def other_data(bucket: str) -> BucketRefused:
    """What was fetched is not what was sent."""
    detail = f"What was fetched from the bucket {bucket} is not what was sent there."
    return BucketRefused(detail)


def unlike_s3(access: BucketAccess) -> BucketRefused:
    """What answers is no S3."""
    detail = f"{_where(access)} does not answer as S3 does. Check the endpoint."
    return BucketRefused(detail)


def address_refused(host: str) -> BucketRefused:
    """The host is where nothing of a customer's may be."""
    refused = "loopback, link-local, multicast, reserved, or the platform's own"
    detail = f"{host} leads to a network to which nothing is sent: {refused}."
    return BucketRefused(detail, code="bucket_address_refused")


def untrusted(host: str, why: str) -> BucketRefused:
    """The host's certificate is not believed."""
    detail = f"The certificate of {host} is not believed: {why}. Nothing was sent."
    return BucketRefused(detail, code="bucket_untrusted")


def unanswered(host: str, why: str) -> Unavailable:
    """The host did not answer."""
    return Unavailable(f"{host} gave no answer: {why}.", code="bucket_unanswered")
