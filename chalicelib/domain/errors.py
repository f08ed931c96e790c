"""The product's errors, each named for its meaning.

State machines match on the class names, so a class is renamed together with the ASL that
names it. Every error carries a stable `code`, the HTTP `status` that the edge answers with,
and a `detail` written for a person: what happened, why as far as known, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


class ProductError(Exception):
    """An outcome that Hoster knows and can explain. `detail` never holds a secret."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    codes: ClassVar[frozenset[str]] = frozenset()
    """Codes that it is told under besides, where a table holds them."""
    retry_after: int | None = None
    """Whole seconds after which trying again helps, where that is known."""

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        pointer: str | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.error_code = code or type(self).code
        self.pointer = pointer
        self.meta = meta
        """What `detail` says, for programs."""


# What a caller can get wrong --------------------------------------------------------------


class BadRequest(ProductError):
    """The request cannot be read, or names something that the API does not have."""

    code, status, title = "bad_request", 400, "Bad request"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        pointer: str | None = None,
        parameter: str | None = None,
        header: str | None = None,
    ) -> None:
        super().__init__(detail, code=code, pointer=pointer)
        self.parameter = parameter
        self.header = header


class Unauthenticated(ProductError):
    """Nobody is signed in, and the operation needs somebody."""

    code, status, title = "unauthenticated", 401, "Sign in first"


class Forbidden(ProductError):
    """The caller may not do this: no gateway secret, a system field, a plan's limit."""

    code, status, title = "forbidden", 403, "Forbidden"


class NotFound(ProductError):
    """There is no such thing, or it is somebody else's."""

    code, status, title = "not_found", 404, "Not found"


class MethodNotAllowed(ProductError):
    """The path exists, the method does not. `allowed` names the methods that do."""

    code, status, title = "method_not_allowed", 405, "Method not allowed"

    def __init__(self, detail: str, *, allowed: tuple[str, ...]) -> None:
        super().__init__(detail)
        self.allowed = allowed


class NotAcceptable(ProductError):
    """The caller accepts no media type that Hoster can answer with."""

    code, status, title = "not_acceptable", 406, "Not acceptable"


class Conflict(ProductError):
    """The thing is in another state, in use, or named otherwise than the request says."""

    code, status, title = "conflict", 409, "Conflict"


class PreconditionFailed(ProductError):
    """`If-Match` names a version that is not the current one."""

    code, status, title = "precondition_failed", 412, "Precondition failed"


class TooLarge(ProductError):
    """The request body is larger than the API takes."""

    code, status, title = "too_large", 413, "Too large"


class UnsupportedMediaType(ProductError):
    """The request body is of a type that the API does not read."""

    code, status, title = "unsupported_media_type", 415, "Unsupported media type"


class IdempotencyInProgress(ProductError):
    """A request with this `Idempotency-Key` is being answered at this moment."""

    code, status, title = "idempotency_in_progress", 409, "In progress"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class IdempotencyMismatch(ProductError):
    """This `Idempotency-Key` came with another body before."""

    code, status, title = "idempotency_mismatch", 422, "Key used before"


class RateLimited(ProductError):
    """The caller does this too often."""

    code, status, title = "rate_limited", 429, "Too many requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one attribute; `pointer` as in JSON:API (`/data/attributes/name`)."""

    pointer: str
    detail: str
    code: str = "invalid"
    line: int | None = None
    """Where in an attribute that is a text, counted from 1; `detail` says it too."""

    @property
    def place(self) -> tuple[str, int | None]:
        """What is at fault: of one place, one fault is told."""
        return self.pointer, self.line


class Invalid(ProductError):
    """Attributes that do not fit; `faults` holds all of them."""

    code, status, title = "invalid", 422, "Invalid"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.detail for fault in faults))
        self.faults = faults


class Unavailable(ProductError):
    """Hoster itself cannot answer now; trying again later helps."""

    code, status, title = "unavailable", 503, "Unavailable"


class NotProven(ProductError):
    """A stage of a version's proof did not come to its end; the detail names it."""

    code, status, title = "not_proven", 500, "Not proven"


# What the store can say ------------------------------------------------------------------


class Stale(ProductError):
    """The record moved on: another state, another generation. A step that meets it stops."""

    code, status, title = "stale", 409, "Changed meanwhile"


class Taken(ProductError):
    """A name, port or place that must be unique is held by something else."""

    code, status, title = "taken", 409, "Already taken"


class LimitReached(Forbidden):
    """A counter stands at its bound; `limit` names it."""

    code, title = "plan_limit_exceeded", "Limit reached"

    def __init__(self, detail: str, *, limit: str) -> None:
        super().__init__(detail)
        self.limit = limit


class Contended(ProductError):
    """Too many writers at once on one item; nothing was written, trying again helps."""

    code, status, title = "contended", 503, "Busy"


# What a step of long work can meet --------------------------------------------------------


class Cancelled(ProductError):
    """The owner asked for this work to be cancelled."""

    code, status, title = "cancelled", 409, "Cancelled"


class NotReady(ProductError):
    """What is awaited has not happened yet; asking again is right."""

    code, status, title = "not_ready", 503, "Not ready"


class DeadlinePassed(ProductError):
    """What was awaited did not happen in the time that it may take."""

    code, status, title = "deadline_passed", 504, "Took too long"


class HostUnreachable(ProductError):
    """The node does not answer on its SSH port; this can pass."""

    code, status, title = "host_unreachable", 502, "Server unreachable"


class NodeUnreachable(ProductError):
    """The server of an app cannot be asked at this moment; nothing is known of the app itself."""

    code, status, title = "node_unreachable", 503, "Server unreachable"


class HostKeyChanged(ProductError):
    """The node shows another host key than the pinned one; nothing is sent to it."""

    code, status, title = "host_key_changed", 502, "Host key changed"
    offered: str = ""
    """The fingerprint of the key that it shows, where that is known."""


class LoginRefused(ProductError):
    """The node answers and does not accept the key or the user."""

    code, status, title = "login_refused", 502, "Login refused"


class DockerUnavailable(ProductError):
    """The node answers over SSH; its Docker Engine does not."""

    code, status, title = "docker_unavailable", 502, "Docker unavailable"


class CommandFailed(ProductError):
    """A command on the node ended with another status than zero."""

    code, status, title = "command_failed", 502, "Command failed"


class NotSecured(ProductError):
    """A server that Hoster made is not as it should be before apps may go there."""

    code, status, title = "not_secured", 502, "Not secured"


class DiskFull(ProductError):
    """The node has no disk space left for what was to be written."""

    code, status, title = "disk_full", 507, "Disk full"


class ArchiveDamaged(ProductError):
    """The bucket has something else than the archive that was sent there, or nothing."""

    code, status, title = "archive_damaged", 502, "Archive damaged"


class BucketRefused(ProductError):
    """A customer's bucket does not let Hoster do what a backup takes, or is no such bucket.

    What may not be done is in the code where programs can tell it.
    """

    code, status, title = "bucket_refused", 422, "Refused by the bucket"
    codes = frozenset(
        {
            "bucket_access_denied",
            "bucket_address_refused",
            "bucket_key_refused",
            "bucket_not_found",
            "bucket_sums_hidden",
            "bucket_untrusted",
            "bucket_wrong_region",
        }
    )


class ImageUnavailable(ProductError):
    """An image does not exist or may not be pulled."""

    code, status, title = "image_unavailable", 502, "Image unavailable"


class ImageRateLimited(ImageUnavailable):
    """The registry gives out no more images for a while."""

    code, status, title = "image_rate_limited", 429, "Registry is throttling"


class ImageUnauthorized(ImageUnavailable):
    """The registry wants a login for the image, or does not accept the one that it was given."""

    code, status, title = "image_unauthorized", 502, "Registry wants a login"


class ImageDenied(ImageUnavailable):
    """The registry knows who asks, and does not give the image to them."""

    code, status, title = "image_denied", 502, "Registry denies the image"


class ImageNotFound(ImageUnavailable):
    """The registry has no image of that name and tag."""

    code, status, title = "image_not_found", 502, "Image not found"


class RegistryUnreachable(ImageUnavailable):
    """The registry does not answer; this can pass."""

    code, status, title = "registry_unreachable", 503, "Registry unreachable"


class RegistryUntrusted(ImageUnavailable):
    """The registry's certificate is not one that is believed."""

    code, status, title = "registry_untrusted", 422, "Registry not trusted"


class PortInUse(ProductError):
    """A host port that was reserved is held by a foreign process on the node."""

    code, status, title = "port_in_use", 409, "Port in use"
    port: int | None = None
    """Which one, where that is told."""


class ContainerExited(ProductError):
    """A container ended, or restarted, when it had to stay up."""

    code, status, title = "container_exited", 502, "Container exited"


class Unhealthy(ProductError):
    """A service's health check says unhealthy, or the app does not answer."""

    code, status, title = "unhealthy", 502, "Unhealthy"


class InvalidPlan(ProductError):
    """A compose text cannot be run; `rule` and `line` say what and where."""

    code, status, title = "invalid_compose", 422, "Compose file cannot be run"

    def __init__(self, detail: str, *, rule: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {detail}" if line else detail)
        self.rule = rule
        self.line = line


# What a cloud can say --------------------------------------------------------------------


class InvalidCredential(ProductError):
    """The provider refuses the token."""

    code, status, title = "invalid_credential", 422, "Credential refused"


class NoCapacity(ProductError):
    """The provider has no such server to give there and now."""

    code, status, title = "no_capacity", 503, "No capacity"


class QuotaExceeded(ProductError):
    """The account at the provider may not have more servers."""

    code, status, title = "quota_exceeded", 403, "Provider quota exceeded"


class Throttled(ProductError):
    """The provider asks for a pause; this can pass."""

    code, status, title = "throttled", 429, "Provider is throttling"


class RefusedByProvider(ProductError):
    """The provider says that the request is wrong: an unknown size, region or image."""

    code, status, title = "refused_by_provider", 422, "Refused by the provider"


class ProviderUnavailable(ProductError):
    """The provider fails or does not answer; what was asked may have happened."""

    code, status, title = "provider_unavailable", 502, "Provider unavailable"


class Gone(ProductError):
    """The provider no longer knows the thing."""

    code, status, title = "gone", 410, "Gone at the provider"


class GoneUnproven(ProductError):
    """The account that is asked does not know the server, and may not be the one that had it."""

    code, status, title = "gone_unproven", 409, "Not proven gone"


# What a certificate authority and the way to it can say ------------------------------------


class AuthorityUnavailable(ProductError):
    """The certificate authority fails or does not answer; this can pass."""

    code, status, title = "authority_unavailable", 502, "Certificate authority unavailable"


class AuthorityRefused(ProductError):
    """The certificate authority will not give this name a certificate, or not to this account."""

    code, status, title = "authority_refused", 422, "Refused by the certificate authority"


class AccountUnknown(ProductError):
    """The certificate authority does not know the account that it is asked under."""

    code, status, title = "account_unknown", 409, "Account unknown"


class CaaForbids(ProductError):
    """A CAA record of the domain does not let the certificate authority give certificates."""

    code, status, title = "caa_forbids", 422, "Forbidden by CAA"


class ChallengeFailed(ProductError):
    """The certificate authority looked for the proof of a name and did not find it."""

    code, status, title = "challenge_failed", 422, "Challenge failed"


class OrderInvalid(ProductError):
    """An order is over at the certificate authority, or unknown there: another one is needed."""

    code, status, title = "order_invalid", 409, "Order over"


class PreflightFailed(ProductError):
    """What can be seen beforehand says that the certificate authority would refuse."""

    code, status, title = "preflight_failed", 422, "Not ready for a certificate"


class ZoneRefused(ProductError):
    """The name server does not take the record that proves a name."""

    code, status, title = "zone_refused", 502, "DNS update refused"


# What whoever takes payments can say ------------------------------------------------------


class InvalidSignature(ProductError):
    """A message about payments was not signed with the secret, or too long ago."""

    code, status, title = "invalid_signature", 400, "Signature invalid"


class PaymentsRefused(ProductError):
    """Whoever takes payments refuses the installation's key, or what is asked for."""

    code, status, title = "payments_refused", 502, "Payment provider refused"


# What whoever delivers mail can say --------------------------------------------------------


class MailUnavailable(ProductError):
    """A letter was not taken, or nobody knows whether it was; trying again helps."""

    code, status, title = "mail_unavailable", 503, "Mail unavailable"


class MailRefused(ProductError):
    """A letter will not be taken as it is."""

    code, status, title = "mail_refused", 502, "Mail refused"


# What the gateway's meter can say ---------------------------------------------------------


class NoneCounted(ProductError):
    """The meter counted none of the events of a report, and does not say of each why."""

    code, status, title = "none_counted", 422, "No event was counted"


class ReportRefused(ProductError):
    """The meter does not take a report as it was sent; it counted nothing of it."""

    code, status, title = "report_refused", 422, "Report refused"


class MeterUnavailable(ProductError):
    """The meter counted nothing and may do so later."""

    code, status, title = "meter_unavailable", 503, "Meter unavailable"


class MeterInDoubt(ProductError):
    """The meter was told, and did not say what it counted."""

    code, status, title = "meter_in_doubt", 502, "Meter in doubt"


class GatewayUnavailable(ProductError):
    """The gateway did not do what it was asked, and may do so later."""

    code, status, title = "gateway_unavailable", 503, "Gateway unavailable"


class GatewayInDoubt(ProductError):
    """The gateway was asked and did not say whether it did it."""

    code, status, title = "gateway_in_doubt", 502, "Gateway in doubt"
