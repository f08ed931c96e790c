"""Sessions of AWS's SDK that share what it reads of AWS's own descriptions.

They are botocore's own: boto3 stands above it, and loads what moves files and starts processes.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import Loader, create_loader
from botocore.session import Session, get_session

READER = "data_loader"
"""What the SDK calls the part of a session that reads descriptions, and keeps them."""


@cache
def _reader() -> Loader:
    return create_loader(get_session().get_config_variable("data_path"))


def sharing(session: Session) -> Session:
    """Have a session read descriptions with the reader of all."""
    session.register_component(READER, _reader())
    return session


def open_session() -> Any:
    """Open a session that makes clients."""
    return sharing(get_session())
