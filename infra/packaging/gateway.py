"""The OpenAPI document that API Gateway imports: every route goes to its own Lambda."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from infra.packaging.environment import function_arn
from infra.packaging.registry import operations, routes

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")


def _integration(function: str) -> dict[str, Any]:
    return {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {
            "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path"
            f"/2015-03-31/functions/{function_arn(function)}/invocations"
        },
        "credentials": {"Fn::GetAtt": ["ApiInvokeRole", "Arn"]},
    }


def _entry(path: str, function: str) -> dict[str, Any]:
    """One verb of a path, in few words: a template may have no more than 1,000,000 bytes.

    What people read is another document (`infra/packaging/openapi/`).
    """
    names = re.findall(r"{(\w+)\+?}", path)
    entry: dict[str, Any] = {
        "responses": {"default": {"description": ""}},
        "x-amazon-apigateway-integration": _integration(function),
    }
    if names:
        entry["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    return entry


def document() -> dict[str, Any]:
    """Write the document; the verbs that a path lacks, and all other paths, go to `fallback`."""
    fallback = "api_system_fallback"
    paths: dict[str, dict[str, Any]] = {}
    for function, operation in operations():
        entry = _entry(operation.path, function.name)
        paths.setdefault(operation.path, {})[operation.method.lower()] = entry
    for path in [*routes(), "/", "/{proxy+}"]:
        for verb in VERBS:
            entry = _entry(path, fallback)
            paths.setdefault(path, {}).setdefault(verb, entry)
    return {
        "openapi": "3.0.1",
        "info": {"title": "Hoster", "version": "1"},
        "x-amazon-apigateway-binary-media-types": [],
        "x-amazon-apigateway-gateway-responses": _own_answers(),
        "paths": paths,
    }


OWN_ANSWERS: dict[str, tuple[int, str]] = {
    "DEFAULT_4XX": (400, "bad_request"),
    "ACCESS_DENIED": (403, "forbidden"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "not_found"),
    "RESOURCE_NOT_FOUND": (404, "not_found"),
    "REQUEST_TOO_LARGE": (413, "too_large"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported_media_type"),
    "THROTTLED": (429, "throttled"),
    "QUOTA_EXCEEDED": (429, "throttled"),
    "DEFAULT_5XX": (502, "unavailable"),
    "INTEGRATION_FAILURE": (502, "unavailable"),
    "INTEGRATION_TIMEOUT": (504, "timeout"),
}
"""The status and code with which API Gateway itself answers, by its name for the reason.

A path or verb that it does not know is called a missing token there.
"""


def _own_answers() -> dict[str, Any]:
    """What API Gateway says by itself, as JSON:API error documents.

    They stand in this document and not in resources of their own: importing a changed document
    takes away what it does not hold.
    """
    return {kind: _own_answer(*meaning) for kind, meaning in OWN_ANSWERS.items()}


def _own_answer(status: int, code: str) -> dict[str, Any]:
    title = json.dumps(HTTPStatus(status).phrase)
    error = f'"status":"{status}","code":"{code}","title":{title}'
    answer: dict[str, Any] = {
        "statusCode": status,
        "responseTemplates": {
            "application/json": f'{{"errors":[{{{error},"detail":$context.error.messageString}}]}}'
        },
    }
    if status in {429, 504}:
        answer["responseParameters"] = {"gatewayresponse.header.Retry-After": "'2'"}
    return answer
