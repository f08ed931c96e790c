"""A server at its provider: destroyed, and proven gone before anything that leads to it goes.

What a provider does not show may still be there: it may lag, and the credential may be another
account's by now. A proof holds for the server and the order that it was found for: both are
compared, so that it says nothing of one that was made, or found, later.
"""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict, Gone, GoneUnproven, NotReady
from chalicelib.ports.clouds import Cloud, Server
from chalicelib.ports.records import Record, Selection
from chalicelib.services.provisions.doubts import ASKING_SECONDS, is_in_doubt, is_on_its_way
from chalicelib.services.provisions.provisions import changed, cloud_of, installation_tag
from chalicelib.services.provisions.signs import still_answers
from chalicelib.services.tools import Tools

LATEST_CHANGES = 50
"""How many changes of a credential are looked through."""


def destroy_server(tools: Tools, provision: Record) -> bool:
    """Have the server destroyed; True once it is gone for good, with its firewall, key and tag.

    What its owner declared gone is asked of no provider, nor is what was never ordered; but an
    order on its way is waited for, since its credential can be deleted once this is over. Raises
    `GoneUnproven` when the account that knows no such server may be another one, and `Conflict`
    with code `server_returned` when a server that was found gone is there again.
    """
    known = provision.attributes
    ordered = known.get("ordered_at") or known.get("provider_instance_id")
    if known.get("declared_gone") or not ordered:
        return not is_on_its_way(tools, provision)
    cloud = cloud_of(tools, provision)
    if not _was_said(provision, "gone"):
        if not _is_gone(tools, provision, cloud):
            return False
        # Before the key goes, which proves that this is the account.
        provision = _say(tools, provision, "gone")
    return _is_cleared(tools, provision, cloud)


def forget_server(tools: Tools, provision: Record) -> None:
    """Write down that no server of this provision exists: the provider has proven it."""
    names = (
        *("provider_instance_id", "public_ip", "ordered_at", "refused"),
        *("unanswered_at", "answered_at"),
        *("destroy_asked_at", "destroy_asked_of", "gone_at", "gone_of", "missing_since"),
    )
    changed(tools, provision, **dict.fromkeys(names))


def _say(tools: Tools, provision: Record, what: str) -> Record:
    """Write down what was found of the recorded server, and when."""
    of = provision.attributes.get("provider_instance_id")
    return changed(tools, provision, **{f"{what}_at": tools.now(), f"{what}_of": of})


def _was_said(provision: Record, what: str) -> bool:
    """Whether that was found of the server that is recorded now, and after its order."""
    known = provision.attributes
    at, ordered_at = known.get(f"{what}_at") or "", known.get("ordered_at") or ""
    same = known.get(f"{what}_of") == known.get("provider_instance_id")
    return bool(at) and str(at) >= str(ordered_at) and same


def _is_gone(tools: Tools, provision: Record, cloud: Cloud) -> bool:
    recorded = provision.attributes.get("provider_instance_id")
    servers = _known(cloud, provision)
    if provision.attributes.get("ends_as") == "gone_at_provider":
        _refuse_returned(servers)
        _refuse_answering(tools, provision)
    for server in servers:
        cloud.destroy(server)
    if recorded in servers and not _was_said(provision, "destroy_asked"):
        provision = _say(tools, provision, "destroy_asked")
    if servers or _may_be_unlisted(tools, provision):
        return False
    demand_account(tools, provision, cloud)
    return True


def demand_account(tools: Tools, provision: Record, cloud: Cloud) -> None:
    """Raise `GoneUnproven` unless this account's word proves something."""
    if not _is_its_account(tools, provision, cloud):
        detail = (
            "The account of this credential knows neither the server nor its key: it may be"
            " another account than the one that the server was made in, where it goes on costing"
            " money. Put a token of that account into the credential and try again, or, when you"
            " know that the server does not exist any more, declare it gone."
        )
        raise GoneUnproven(detail)


def _known(cloud: Cloud, provision: Record) -> dict[str, Server]:
    """What the provider knows of a provision: by its tag, and the recorded server by its id."""
    found = {server.id: server for server in cloud.find(provision.attributes["tag"])}
    recorded = provision.attributes.get("provider_instance_id")
    if recorded and recorded not in found:
        with suppress(Gone):
            found[recorded] = cloud.get(recorded)
    return dict(sorted(found.items()))


def _refuse_returned(servers: dict[str, Server]) -> None:
    there = [server.id for server in servers.values() if server.state != "leaving"]
    if there:
        detail = (
            f"The provider shows the server {', '.join(there)} again, which it did not know a"
            " while ago. Nothing was destroyed; destroy it yourself if it is to go."
        )
        raise Conflict(detail, code="server_returned")


def _refuse_answering(tools: Tools, provision: Record) -> None:
    if still_answers(tools, provision):
        detail = (
            "The provider does not know the server, and yet it answers. Nothing was ended: put a"
            " token into the credential that shows it, or destroy it yourself if it is to go."
        )
        raise Conflict(detail, code="server_returned")


def _may_be_unlisted(tools: Tools, provision: Record) -> bool:
    """Whether the order may have made a server that is not shown yet.

    One that was taken over on its way to the provider may only reach it now.
    """
    recorded = provision.attributes.get("provider_instance_id")
    if recorded and _was_said(provision, "destroy_asked"):
        return False
    return is_in_doubt(tools, provision)


def _took_over(provision: Record, step: str) -> bool:
    return (provision.attributes.get("taken_over") or {}).get("step") == step


def _is_its_account(tools: Tools, provision: Record, cloud: Cloud) -> bool:
    """Whether this is the account that had the server, so that its word proves something.

    It knows the key of the order; or it took the server's destroy, and the token was not replaced
    since. An order without an answer may have come to nothing before the key: it is doubted only
    when the token was replaced since.
    """
    known = provision.attributes
    if known.get("provider_instance_id"):
        asked = _was_said(provision, "destroy_asked")
        since = known["destroy_asked_at"] if asked else None
    else:
        if known.get("refused"):
            return True
        since = known["ordered_at"]
    if since and not _was_replaced(tools, provision, str(since)):
        return True
    key = tools.records().get(known.get("ssh_key_id") or "")
    return key is not None and cloud.knows_key(key.attributes["public_key"])


def _was_replaced(tools: Tools, provision: Record, since: str) -> bool:
    """Whether the token of the provision's credential was replaced since a moment."""
    credential = provision.attributes["credential_id"]
    updates = tools.records().journal(credential, limit=LATEST_CHANGES, names=("updated",))
    return any(
        entry.at >= since and "credentials" in (entry.data.get("fields") or ()) for entry in updates
    )


def _is_cleared(tools: Tools, provision: Record, cloud: Cloud) -> bool:
    """Remove firewall, key and tags; whether everything went, and nothing can bring it back."""
    taken = provision.attributes.get("taken_over") or {}
    if _took_over(provision, "OpenFirewall"):
        age = clock.seconds_between(taken["at"], tools.now())
        if age < ASKING_SECONDS:
            return False
    tag = provision.attributes["tag"]
    try:
        cloud.remove_firewall(tag)
    except NotReady:
        return False  # the server lets go of it a moment after it went
    key = tools.records().get(provision.attributes.get("ssh_key_id") or "")
    if key is not None:
        cloud.remove_key(key.attributes["public_key"])
    cloud.remove_tag(tag)
    everyones = installation_tag(tools)
    # The account may have servers under another credential, which the tag's count may not tell yet.
    if _is_last(tools, provision) and not cloud.find(everyones):
        cloud.remove_tag(everyones)
    return True


def _is_last(tools: Tools, provision: Record) -> bool:
    """Whether no other server is recorded under its credential."""
    by = Selection("cloud_provisions", parent=provision.attributes["credential_id"])
    found = tools.records().select(by, limit=2, after=None, before=None).records
    return all(other.id == provision.id for other in found)
