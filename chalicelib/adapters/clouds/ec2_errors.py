"""Turns what AWS refuses into the product's errors, by AWS's own error codes.

Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    InvalidRegionError,
    ParamValidationError,
    UnknownEndpointError,
)

from chalicelib.adapters.clouds.refusals import Expected
from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    NoCapacity,
    NotReady,
    ProductError,
    ProviderUnavailable,
    QuotaExceeded,
    RefusedByProvider,
    Throttled,
)

Json = dict[str, Any]

CODES = {
    "wrong_key": """
        AuthFailure InvalidClientTokenId SignatureDoesNotMatch UnrecognizedClientException
        IncompleteSignature MissingAuthenticationToken InvalidAccessKeyId ExpiredToken
        ExpiredTokenException InvalidToken AccessKeyDisabled""",
    "no_right": "UnauthorizedOperation AccessDenied AccessDeniedException OptInRequired",
    "full": """
        InsufficientInstanceCapacity InsufficientHostCapacity InsufficientCapacity
        InsufficientReservedInstanceCapacity InsufficientVolumeCapacity
        InsufficientAddressCapacity InsufficientFreeAddressesInSubnet""",
    "quota": """
        VcpuLimitExceeded InstanceLimitExceeded MaxInstancesPerRegion ResourceLimitExceeded
        SecurityGroupLimitExceeded RulesPerSecurityGroupLimitExceeded
        SecurityGroupsPerInterfaceLimitExceeded KeyPairLimitExceeded VolumeLimitExceeded
        MaxIOPSLimitExceeded VolumeIOPSLimit AddressLimitExceeded TagLimitExceeded""",
    "pause": """
        RequestLimitExceeded Throttling ThrottlingException ThrottledException RequestThrottled
        RequestThrottledException EC2ThrottledException TooManyRequestsException SlowDown
        PriorRequestNotComplete BandwidthLimitExceeded""",
    "busy": """
        DependencyViolation IncorrectInstanceState IncorrectState InvalidGroup.InUse
        ConcurrentTagAccess""",
    "failed": """
        InternalError InternalFailure Unavailable ServiceUnavailable RequestTimeout
        RequestTimeoutException RequestExpired""",
    "gone": "InvalidInstanceID.Malformed InvalidInstanceID",
}
KINDS = {code: kind for kind, codes in CODES.items() for code in codes.split()}
STATUSES = {401: "wrong_key", 429: "pause"}


def ask(call: Callable[[], Any], *expected: str) -> Json:
    """Do one call and turn its failures into the product's errors.

    Raises `Expected` for a refusal with one of the codes that the caller expects.
    """
    try:
        answer: Json = call()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in expected:
            raise Expected(code) from None
        raise meaning(error) from None
    except (ParamValidationError, InvalidRegionError, UnknownEndpointError):
        raise RefusedByProvider("AWS knows no such request: check region and size.") from None
    except BotoCoreError:
        raise ProviderUnavailable("AWS did not answer.") from None
    return answer


def meaning(error: ClientError) -> ProductError:
    """The product's error for a refused call.

    AWS's own sentence is shown where it tells what is wrong with an order, and never where it
    speaks of the key or of what the request was signed with.
    """
    told, call = error.response.get("Error", {}), error.operation_name
    code, said = str(told.get("Code", "")), _plain(str(told.get("Message", "")))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    usual = "gone" if code.endswith("NotFound") else STATUSES.get(status, "refused")
    kind = KINDS.get(code, "failed" if status >= 500 else usual)
    errors: dict[str, ProductError] = {
        "wrong_key": InvalidCredential("AWS refuses the access key; replace it."),
        "no_right": InvalidCredential(
            f"AWS does not let this access key do {call}; allow it, or turn the region on."
        ),
        "full": NoCapacity(f"AWS has no such server there now ({code})."),
        "quota": QuotaExceeded(f"The AWS account allows no more ({code}): {said}"),
        "pause": Throttled("AWS asks for a pause."),
        "busy": NotReady(f"AWS has something in use that must end first ({code})."),
        "failed": ProviderUnavailable(f"AWS failed with {code or status} at {call}."),
        "gone": Gone("AWS does not know it."),
        "refused": RefusedByProvider(f"AWS refuses the request ({code or status}): {said}"),
    }
    return errors[kind]


SECRET = re.compile(r"\bA[A-Z0-9]{15,}\b|[A-Za-z0-9+/=_-]{36,}")
"""What looks like an access key, and the encoded blob that AWS may add to a refusal."""


def _plain(said: str) -> str:
    return SECRET.sub("…", said)[:300] or "no reason given"
