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
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from moto.core import responses
from moto.kms import models as kms
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

AROUND = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"),
)
"""What of the environment a client takes up when it is made."""
SIGNED = ("s3",)
"""Services whose calls are signed although moto asks nobody: a link to an object is a signature."""
_MODELS: dict[str, Any] = {}
_CLIENTS: dict[str, Any] = {}
_parse = cache(AmazonStateLanguageParser.parse)
_check = cache(StepFunctionsParserBackend._validate_definition)
_private_key = cache(kms.generate_private_key)
_method_names = cache(responses.method_names_from_class)
_any_path = cache(json_path.parse)
_result_path = cache(result_path.parse)


@contextmanager
def done_once() -> Iterator[None]:
    """Have each machine and path parsed once, each model and client made once, one RSA key.

    What a machine is parsed into keeps nothing of an execution. A client knows its service, its
    manners and where it leads, and nothing of a world.

    A key of KMS has a private RSA key whatever it is for; the product's keys use none.

    moto reads neither signatures nor what calls say of the machine that they come from.
    """
    read, sign = JSONFileLoader.load_file, RequestSigner.sign

    def kept(loader: Any, path: str) -> Any:
        if path not in _MODELS:
            _MODELS[path] = read(loader, path)
        return _MODELS[path]

    def signed(signer: RequestSigner, *given: Any, **named: Any) -> None:
        if signer.signing_name in SIGNED:
            sign(signer, *given, **named)

    with ExitStack() as stack:
        for owner, name, instead in (
            (AmazonStateLanguageParser, "parse", staticmethod(_parse)),
            (StepFunctionsParserBackend, "_validate_definition", staticmethod(_check)),
            (JSONFileLoader, "load_file", kept),
            (Session, "create_client", _keeping(Session.create_client)),
            (kms, "generate_private_key", _private_key),
            (RequestSigner, "sign", signed),
            (UserAgentString, "to_string", lambda _self: "tests"),
            (responses, "method_names_from_class", _method_names),
            (json_path, "parse", _any_path),
            (result_path, "parse", _result_path),
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
