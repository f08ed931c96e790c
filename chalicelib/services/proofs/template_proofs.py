"""Proofs of versions: asked for, and ended with what was measured on the version they hold for."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from chalicelib.domain.errors import Conflict, Fault, Invalid, LimitReached, NotReady, Stale, Taken
from chalicelib.domain.generated_inputs import inputs_for
from chalicelib.domain.limits import PlanLimits
from chalicelib.domain.semver import precedence
from chalicelib.domain.variables import parse_definitions
from chalicelib.ports.records import Change, Count, Create, OpenTimeline, Record, Write
from chalicelib.resources.template_proofs import TEMPLATE_PROOFS, ProveVersion
from chalicelib.services.accounts import limits as plan_limits
from chalicelib.services.catalogue.template_versions import KEPT, PROOF, version_id
from chalicelib.services.counters import total_key
from chalicelib.services.proofs.proof_turns import AT_ONCE, given_back, taken
from chalicelib.services.secrets.credentials import is_own
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import end_work, start, work_of

KIND = "prove"
FIGURES = ("healthy_seconds", "restart_seconds", "peak_memory_mb", "peak_cpu_cores", "disk_mb")
SERVER, APP = "server_id", "app_id"
"""The attributes that hold under which ids server and app are made, chosen before either is."""


def prove(
    tools: Tools,
    version: Record,
    given: ProveVersion,
    *,
    owner: str,
    limits: PlanLimits,
) -> Record:
    """Record the proof of a version together with its work, then start it.

    Raises `Invalid` for a credential that is not the caller's and for variables for which nothing
    can be made up, `Forbidden` with code `plan_limit_exceeded` for a capability that the plan
    lacks, and `Conflict` with code `proof_in_progress` or `too_many_proofs`.
    """
    credential = tools.records().get(given.cloud_credential_id)
    if credential is None or not is_own(credential, owner):
        detail = f"There is no credential {given.cloud_credential_id} of yours."
        raise Invalid((Fault("/data/attributes/cloud_credential_id", detail, "not_found"),))
    plan_limits.check_capabilities(limits, version.attributes.get("required_capabilities") or [])
    inputs_for(parse_definitions(version.attributes.get("variables") or []))
    record = _record(tools, version, given, owner, limits)
    work = record.work
    assert work is not None  # noqa: S101 - made with its work just above
    told = {"version": version.attributes["version"], "size": given.size, "region": given.region}
    try:
        tools.records().commit(
            Create(record),
            OpenTimeline(record.id, work, work.started_at),
            Count(total_key(TEMPLATE_PROOFS.name, owner), 1),
            *taken(record, version.id),
            tools.told(record, "prove_begun", owner, **told),
        )
    except Taken as error:
        detail = "A test of this version is in progress; wait until it ends."
        raise Conflict(detail, code="proof_in_progress") from error
    except LimitReached as error:
        detail = f"{AT_ONCE} of your tests are in progress, which is the most; wait for one."
        raise Conflict(detail, code="too_many_proofs") from error
    start(tools, record.id, work)
    return record


def _record(
    tools: Tools, version: Record, given: ProveVersion, owner: str, limits: PlanLimits
) -> Record:
    proof_id, now = tools.new_id(TEMPLATE_PROOFS.prefix), tools.now()
    template = version.attributes["template_id"]
    return Record(
        id=proof_id,
        type=TEMPLATE_PROOFS.name,
        owner=owner,
        status="pending",
        created_at=now,
        updated_at=now,
        generation=1,
        work=work_of(tools, proof_id, KIND),
        attributes={
            **given.model_dump(),
            "template_id": template,
            "template_version": version.attributes["version"],
            "started_at": now,
            "content": content_of(version),
            "allowed_capabilities": list(limits.allowed_capabilities),
            SERVER: tools.new_id("prov_"),
            APP: tools.new_id(None),
        },
        parent=TEMPLATE_PROOFS.hangs_on.format(id=template),
    )


def content_of(version: Record) -> str:
    """A digest of everything that a version is made of: of a draft it may change."""
    parts = {name: version.attributes.get(name) for name in KEPT}
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def changed(tools: Tools, proof: Record, **fields: Any) -> Record:
    """Write attributes of a proof in its generation; return it as it is after that."""
    return tools.records().change(
        Change(of=proof, attributes=fields, if_generation=proof.generation, if_working=True)
    )


def is_measured(proof: Record) -> bool:
    """Whether all figures are known: what is left is to take everything down."""
    return all(proof.attributes.get(name) is not None for name in FIGURES)


def finish_proof(tools: Tools, proof: Record) -> None:
    """End the proof, and show what was measured on its version and, if that is newest, beside it.

    Raises `Conflict` with code `version_changed` for a draft that was changed meanwhile: what was
    measured is not of what it is now.
    """
    known, now = proof.attributes, tools.now()
    measured = {
        "template_version": known["template_version"],
        **{name: known[name] for name in FIGURES},
        "proven_at": now,
    }
    template = tools.records().get(known["template_id"])
    version = tools.records().get(version_id(known["template_id"], known["template_version"]))
    if version is None or template is None or content_of(version) != known["content"]:
        detail = "The version was changed or deleted while it was tested; test it again."
        raise Conflict(detail, code="version_changed")
    try:
        end_work(
            tools,
            proof,
            status="proven",
            attributes={"finished_at": now},
            extra=(
                *given_back(proof),
                Change(of=version, attributes={PROOF: measured}, if_version=version.version),
                *_on_template(template, measured),
                tools.told(proof, "proven", "hoster", **_said(measured)),
            ),
        )
    except Stale as error:
        if tools.records().get(proof.id) != proof:
            raise
        raise NotReady("The template changed at this moment; it is told again.") from error


def _on_template(template: Record, measured: dict[str, Any]) -> tuple[Write, ...]:
    """Show it on the template, unless a newer version than this one was proven."""
    shown = template.attributes.get(PROOF)
    version = measured["template_version"]
    if shown and precedence(shown["template_version"]) > precedence(version):
        return ()
    # Aside: an editor's version of the template stays what it is.
    change = Change(
        of=template, attributes={PROOF: measured}, if_version=template.version, aside=True
    )
    return (change,)


def _said(measured: dict[str, Any]) -> dict[str, Any]:
    """What the event tells."""
    shown = {name: measured[name] for name in ("healthy_seconds", "peak_memory_mb")}
    return {"version": measured["template_version"], **shown}
