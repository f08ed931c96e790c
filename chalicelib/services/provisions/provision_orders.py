"""Servers asked for: the record of what is wanted, and trying again."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict, Fault, Invalid, Stale
from chalicelib.domain.limits import PlanLimits
from chalicelib.ports.records import Count, Create, OpenTimeline, Record
from chalicelib.resources.cloud_provisions import CreateProvision
from chalicelib.services import uses
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.counters import total_key
from chalicelib.services.nodes.residents import refuse_inhabited
from chalicelib.services.secrets.credentials import is_own
from chalicelib.services.throwaways import Throwaway
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, start, work_of


def order(
    tools: Tools,
    given: CreateProvision,
    *,
    owner: str,
    limits: PlanLimits,
    throwaway: Throwaway | None = None,
) -> Record:
    """Record the provision together with its work, then start it.

    Raises `Invalid` for a credential that is not the caller's, and `Forbidden` with code
    `plan_limit_exceeded`.
    """
    credential = _credential(tools, given.credential_id, owner)
    record = _record(tools, given, credential, owner, throwaway)
    work = record.work
    assert work is not None  # noqa: S101 - made with its work just above
    try:
        plan_limits.claim(
            tools,
            limits,
            owner,
            plan_limits.of_provision(record),
            Create(record),
            OpenTimeline(record.id, work, work.started_at),
            Count(total_key("cloud_provisions", owner), 1),
            *uses.begun(credential, record.id),
            tools.told(record, "provision_begun", owner, size=given.size, region=given.region),
        )
    except Stale:
        # It went at the same moment: say so.
        _credential(tools, given.credential_id, owner)
        raise
    start(tools, record.id, work)
    return record


def _credential(tools: Tools, credential_id: str, owner: str) -> Record:
    credential = tools.records().get(credential_id)
    if credential is None or not is_own(credential, owner):
        detail = f"There is no credential {credential_id} of yours."
        raise Invalid((Fault("/data/attributes/credential_id", detail, "not_found"),))
    return credential


def _record(
    tools: Tools,
    given: CreateProvision,
    credential: Record,
    owner: str,
    throwaway: Throwaway | None,
) -> Record:
    provision_id = throwaway.id if throwaway else tools.new_id("prov_")
    now = tools.now()
    return Record(
        id=provision_id,
        type="cloud_provisions",
        owner=owner,
        status="pending",
        created_at=now,
        updated_at=now,
        generation=1,
        work=work_of(tools, provision_id, "provision"),
        attributes={
            **given.model_dump(),
            "provider": credential.attributes["provider"],
            **(throwaway.marks if throwaway else {}),
        },
        parent=credential.id,
    )


def retry(tools: Tools, provision: Record, *, actor: str) -> Record:
    """Begin again what failed.

    A destroy that was asked for takes no apps along this time: those that live there now need not
    be those that were meant. Raises `Conflict` with code `in_use` naming them, and with code
    `wrong_state` unless the provision is failed.
    """
    if provision.status != "failed":
        detail = f"Only a failed provision can be tried again; this one is {provision.status}."
        raise Conflict(detail, code="wrong_state")
    if provision.attributes.get("failed_from") != "destroying":
        return begin_work(tools, provision, kind="provision", actor=actor, status="pending")
    return _retry_destroy(tools, provision, actor=actor)


def _retry_destroy(tools: Tools, provision: Record, *, actor: str) -> Record:
    """Begin the destroy that failed. What was noted of it stands: it may have taken over work."""
    known = provision.attributes
    without_apps: dict[str, object] = {}
    if known.get("ends_as") not in {"gone_at_provider", "declared_gone"}:
        if known.get("node_id"):
            refuse_inhabited(tools, known["node_id"], reader=provision.owner)
        without_apps = {"with_apps": False}
    return begin_work(
        tools,
        provision,
        kind="destroy",
        actor=actor,
        status="destroying",
        attributes=without_apps,
    )
