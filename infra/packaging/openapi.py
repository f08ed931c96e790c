"""The OpenAPI document that API Gateway imports: every route goes to its own Lambda."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from infra.packaging.registry import discover, operations, routes

VERBS = ("get", "post", "put", "patch", "delete", "head", "options")


def _integration(logical_id: str) -> dict[str, Any]:
    return {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": {
            "Fn::Sub": "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path"
            "/2015-03-31/functions/${" + logical_id + ".Arn}/invocations"
        },
        "credentials": {"Fn::GetAtt": ["ApiInvokeRole", "Arn"]},
        "passthroughBehavior": "when_no_match",
    }


def _entry(path: str, logical_id: str, summary: str) -> dict[str, Any]:
    names = re.findall(r"{(\w+)\+?}", path)
    entry: dict[str, Any] = {
        "summary": summary,
        "responses": {"default": {"description": "A JSON:API document"}},
        "x-amazon-apigateway-integration": _integration(logical_id),
    }
    if names:
        entry["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    return entry


def gateway_document() -> dict[str, Any]:
    """Write the document; the verbs that a path lacks, and all other paths, go to `fallback`."""
    fallback = next(f.logical_id for f in discover() if f.name == "api_system_fallback")
    paths: dict[str, dict[str, Any]] = {}
    for function, operation in operations():
        entry = _entry(operation.path, function.logical_id, function.description)
        paths.setdefault(operation.path, {})[operation.method.lower()] = entry
    for path in [*routes(), "/{proxy+}"]:
        for verb in VERBS:
            entry = _entry(path, fallback, "Nothing is served here")
            paths.setdefault(path, {}).setdefault(verb, entry)
    return {
        "openapi": "3.0.1",
        "info": {"title": "Hoster", "version": "1"},
        "x-amazon-apigateway-binary-media-types": [],
        "paths": paths,
    }


def gateway_error(kind: str) -> str:
    """The JSON:API document with which API Gateway itself refuses."""
    title, status = {
        "REQUEST_TOO_LARGE": ("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        "THROTTLED": ("throttled", HTTPStatus.TOO_MANY_REQUESTS),
        "DEFAULT_4XX": ("bad_request", HTTPStatus.BAD_REQUEST),
        "DEFAULT_5XX": ("unavailable", HTTPStatus.SERVICE_UNAVAILABLE),
    }[kind]
    return (
        '{"errors":[{"status":"%d","code":"%s","title":"%s","detail":$context.error.messageString}]}'
        % (status.value, title, status.phrase)
    )
