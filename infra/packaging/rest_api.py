"""The REST API in the template: its routes, who reaches it, how often, and what it keeps."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from infra.packaging import gateway
from infra.packaging.environment import att, sub

Json = dict[str, Any]

STAGE = "api"
"""The gateway leaves paths as they are, which begin with this."""

ACCESS = {
    "request_id": "$context.requestId",
    "trace": "$context.xrayTraceId",
    "time": "$context.requestTime",
    "from": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "path": "$context.path",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "error": "$context.error.message",
}
"""What is kept of each request: no header, no query, no body, so no secret and no mail address."""


def resources() -> Json:
    """The API, its deployment, whose name follows from what it holds, and its stage."""
    body = gateway.document()
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:10]
    deployment = f"RestApiDeployment{digest}"
    return {
        "RestApi": {
            "Type": "AWS::ApiGateway::RestApi",
            "Properties": {
                "Name": sub("${Installation}-api"),
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                "Policy": {"Fn::If": ["AdmitsEveryone", {"Ref": "AWS::NoValue"}, _admission()]},
                "Body": body,
            },
        },
        deployment: {
            "Type": "AWS::ApiGateway::Deployment",
            "Properties": {"RestApiId": {"Ref": "RestApi"}},
        },
        "RestApiStage": {
            "Type": "AWS::ApiGateway::Stage",
            # Logs are written under the account's role. What is not made is not waited for.
            "DependsOn": ["ApiAccount"],
            "Metadata": {"cfn-lint": {"config": {"ignore_checks": ["E3005"]}}},
            "Properties": {
                "RestApiId": {"Ref": "RestApi"},
                "DeploymentId": {"Ref": deployment},
                "StageName": STAGE,
                "TracingEnabled": True,
                "AccessLogSetting": {
                    "DestinationArn": att("AccessLogs", "Arn"),
                    "Format": json.dumps(ACCESS, separators=(",", ":")),
                },
                "MethodSettings": [
                    {
                        "ResourcePath": "/*",
                        "HttpMethod": "*",
                        "ThrottlingRateLimit": {"Ref": "ApiRate"},
                        "ThrottlingBurstLimit": {"Ref": "ApiBurst"},
                    }
                ],
            },
        },
    }


def _admission() -> Json:
    """The policy that lets nobody in but the gateway's networks."""
    everything = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    networks = {"Fn::Split": [" ", {"Ref": "GatewayNetworks"}]}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", **everything},
            {
                "Effect": "Deny",
                **everything,
                "Condition": {"NotIpAddress": {"aws:SourceIp": networks}},
            },
        ],
    }
