"""Calls at a node's door: TLS with a card, for the name that says which port is wanted."""

from __future__ import annotations

import os
import socket
import ssl
import tempfile

from chalicelib.domain.doors import DOOR_PORT
from chalicelib.ports.doors import Card, Door

SECONDS = 2.0


def connection_through(address: str, door: Door, *, ragged: bool = True) -> ssl.SSLSocket:
    """Connect to what the door's name asks for. Raises `OSError`, of which TLS errors are some.

    A connection that breaks off reads as one that ends, unless `ragged` is False.
    """
    plain = socket.create_connection((address, DOOR_PORT), timeout=SECONDS)
    try:
        return _context(door.card).wrap_socket(
            plain, server_hostname=door.name, suppress_ragged_eofs=ragged
        )
    except BaseException:
        plain.close()
        raise


def is_let_in(address: str, door: Door) -> bool | None:
    """Whether the door takes the card, whatever stands behind it; None where it does not say.

    A refusal may come after the handshake, as an alert in place of data: only data or an orderly
    end say that one was let in. Who does not answer, or breaks off, is to be asked again.
    """
    try:
        with connection_through(address, door, ragged=False) as connection:
            connection.recv(1)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return None
    except ssl.SSLError:
        return False
    except OSError:
        return None
    return True


def _context(card: Card) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=card.authority)
    if card.chain:
        _show(context, card)
    return context


def _show(context: ssl.SSLContext, card: Card) -> None:
    """Have a context show the card: the library takes it from a file alone, gone right after."""
    handle, path = tempfile.mkstemp()  # readable by its owner alone
    try:
        with os.fdopen(handle, "w") as file:
            file.write(card.chain + card.key)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)  # noqa: PTH108 - beside mkstemp
