"""Where an app lives: its node, and the way to the Docker Engine there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chalicelib.domain.errors import (
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
)
from chalicelib.ports.records import Record
from chalicelib.services.deployments.choosing import check_allowed
from chalicelib.services.secrets.logins import login_of
from chalicelib.services.throwaways import for_proof
from chalicelib.services.tools import Tools

if TYPE_CHECKING:
    from chalicelib.ports.nodes import Engine, Node

GONE = frozenset({"deleted", "lost"})
"""States of a node on which nothing can run any more."""
TELLING = (HostUnreachable, HostKeyChanged, LoginRefused, DockerUnavailable)
"""Errors that say where and as whom a node is logged in to."""
ELSEWHERE = "is somebody else's, and cannot be used now."
"""What is said instead to whom the node does not belong."""


def home_of(tools: Tools, deployment: Record) -> Record | None:
    """The node that the deployment lives on, whatever its state; None when that is gone."""
    node = tools.records().get(deployment.node or deployment.attributes.get("node_id") or "")
    return None if node is None or node.status in GONE else node


def home(tools: Tools, deployment: Record) -> Record:
    """The node that the deployment lives on. Raises `HostUnreachable` when that is gone."""
    node = home_of(tools, deployment)
    if node is None:
        raise HostUnreachable("The deployment's server is not known any more.")
    return node


@contextmanager
def _opened(tools: Tools, node: Record, deployment: Record) -> Iterator[Node]:
    """Open a node; how to log in there is told to nobody but its owner."""
    try:
        with tools.connect()(login_of(tools, node)) as connection:
            yield connection
    except TELLING as error:
        if node.owner == deployment.owner:
            raise
        raise type(error)(f"Its server {ELSEWHERE} Try again later.") from error


@contextmanager
def node_of(tools: Tools, deployment: Record) -> Iterator[Node]:
    """Open the deployment's node."""
    with _opened(tools, home(tools, deployment), deployment) as connection:
        yield connection


@contextmanager
def engine_of(tools: Tools, deployment: Record) -> Iterator[Engine]:
    """Open the Docker Engine of the deployment's node."""
    with node_of(tools, deployment) as node:
        yield node.engine


@contextmanager
def engine_at(tools: Tools, node: Record, deployment: Record) -> Iterator[Engine]:
    """Open the Docker Engine of a node that was read as the deployment's."""
    with _opened(tools, node, deployment) as connection:
        yield connection.engine


def place_to_run(tools: Tools, deployment: Record) -> Record:
    """The node, as long as the deployment may use it: it may be somebody else's by now."""
    allows = deployment.attributes["allow_public_nodes"]
    node, proof = home(tools, deployment), for_proof(deployment)
    return check_allowed(node, owner=deployment.owner, public=allows, proof=proof)


@contextmanager
def node_to_run_on(tools: Tools, deployment: Record) -> Iterator[Node]:
    """Open the deployment's node, as long as the deployment may use it."""
    with _opened(tools, place_to_run(tools, deployment), deployment) as connection:
        yield connection


@contextmanager
def engine_to_run_on(tools: Tools, deployment: Record) -> Iterator[Engine]:
    """Open the Docker Engine of the node, as long as the deployment may use it."""
    with node_to_run_on(tools, deployment) as node:
        yield node.engine
