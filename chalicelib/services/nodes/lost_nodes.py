"""Nodes that their owners declare lost: what lived there is closed, the node can be deleted."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.errors import NotReady
from chalicelib.ports.records import Record
from chalicelib.services.accounts.declarations import refuse_other_name
from chalicelib.services.nodes.residents import is_counted, residents
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import begin_work, end_work


def declare_lost(tools: Tools, node: Record, name: str, *, actor: str) -> Record:
    """Begin to give up a node; it is `lost` from now on, and nothing is asked of it any more.

    A check in hand is taken over; who declares again joins, or begins again what failed. Raises
    `Invalid` for another name than the node's.
    """
    refuse_other_name(node.attributes["name"], name, what="server")
    if node.work is not None and node.work.kind == "lose":
        return node
    if node.status == "lost" and not is_counted(tools, node.id):
        return node
    begun = begin_work(
        tools,
        node,
        kind="lose",
        actor=actor,
        status="lost",
        also={"health": "unreachable"},
        over=frozenset({"check"}),
    )
    return replace(begun, health="unreachable")


def finish_lose(tools: Tools, node: Record) -> None:
    """End the work: nothing lives there any more.

    Raises `NotReady` for an app that was listed only after the others were closed.
    """
    if is_counted(tools, node.id) and residents(tools, node.id, limit=1).records:
        raise NotReady("An app is still to be closed there.")
    end_work(
        tools,
        node,
        status="lost",
        also={"health": "unreachable"},
        extra=(tools.told(node, "lost", "hoster"),),
    )
