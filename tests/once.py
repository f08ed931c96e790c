"""What moto and botocore would do anew in every world, and what comes out the same each time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest import mock

from botocore.loaders import JSONFileLoader
from botocore.session import Session
from moto.kms import models as kms
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

AROUND = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"),
)
"""What of the environment a client takes up when it is made."""
_TREES: dict[str, Any] = {}
_VALID: set[str] = set()
_MODELS: dict[str, Any] = {}
_CLIENTS: dict[str, Any] = {}
_private_key = cache(kms.generate_private_key)


@contextmanager
def done_once() -> Iterator[None]:
    """Have each machine parsed and checked once, each model and client made once, one RSA key.

    A client knows its service, its manners and where it leads, and nothing of a world.

    A key of KMS has a private RSA key whatever it is for; the product's keys use none.
    """
    parse, check = ASLParser.state_machine, StepFunctionsParserBackend._validate_definition
    read = JSONFileLoader.load_file

    def parsed(parser: Any) -> Any:
        text = parser.getTokenStream().tokenSource.inputStream.strdata
        if text not in _TREES:
            _TREES[text] = parse(parser)
        return _TREES[text]

    def checked(definition: str) -> None:
        if definition not in _VALID:
            check(definition)
            _VALID.add(definition)

    def kept(loader: Any, path: str) -> Any:
        if path not in _MODELS:
            _MODELS[path] = read(loader, path)
        return _MODELS[path]

    with ExitStack() as stack:
        for owner, name, instead in (
            (ASLParser, "state_machine", parsed),
            (StepFunctionsParserBackend, "_validate_definition", staticmethod(checked)),
            (JSONFileLoader, "load_file", kept),
            (Session, "create_client", _keeping(Session.create_client)),
            (kms, "generate_private_key", _private_key),
        ):
            stack.enter_context(mock.patch.object(owner, name, instead))
        yield


def _keeping(make: Callable[..., Any]) -> Callable[..., Any]:
    """Have each client made once for those who ask for one with the same manners."""

    def made(session: Session, service: str, *given: Any, **named: Any) -> Any:
        manners = getattr(named.get("config"), "_user_provided_options", None)
        around = [os.environ.get(name) for name in AROUND]
        called = repr((service, given, sorted((named | {"config": manners}).items()), around))
        if called not in _CLIENTS:
            _CLIENTS[called] = make(session, service, *given, **named)
        return _CLIENTS[called]

    return made
