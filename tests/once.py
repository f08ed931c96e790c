"""What moto and botocore would do anew in every world, and what comes out the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest import mock

from botocore.loaders import JSONFileLoader
from moto.kms import models as kms
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

_TREES: dict[str, Any] = {}
_VALID: set[str] = set()
_MODELS: dict[str, Any] = {}
_private_key = cache(kms.generate_private_key)


@contextmanager
def done_once() -> Iterator[None]:
    """Have each machine parsed and checked once, each service's model read once, one RSA key.

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
            (kms, "generate_private_key", _private_key),
        ):
            stack.enter_context(mock.patch.object(owner, name, instead))
        yield
