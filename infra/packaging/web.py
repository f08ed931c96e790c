"""What CloudFront answers with for the web app: the gateway's own headers, and its paths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from infra.packaging.environment import sub

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
ROUTES = ROOT / "infra/gateway/routes.json"
"""How the gateway serves the web app: the one place where the headers of its answers are named."""
PATHS = Path(__file__).with_name("web_paths.js")
"""The function that CloudFront runs on each path before it looks for a file."""


def headers() -> dict[str, str]:
    """The headers with which the gateway serves the web app."""
    routes = json.loads(ROUTES.read_text())["routes"]
    [front] = [route for route in routes if route["upstream"] == "spa"]
    return dict(front["respond"])


def resources() -> Json:
    """The policy of headers and the function of paths, beside what `web.yaml` says by hand."""
    left = headers()
    transport = left.pop("Strict-Transport-Security")
    seconds, *words = (word.strip() for word in transport.split(";"))
    security: Json = {
        "ContentSecurityPolicy": {
            "ContentSecurityPolicy": left.pop("Content-Security-Policy"),
            "Override": True,
        },
        "StrictTransportSecurity": {
            "AccessControlMaxAgeSec": int(seconds.removeprefix("max-age=")),
            "IncludeSubdomains": "includeSubDomains" in words,
            "Override": True,
        },
        "ContentTypeOptions": {"Override": True},
        "FrameOptions": {"FrameOption": left.pop("X-Frame-Options"), "Override": True},
        "ReferrerPolicy": {"ReferrerPolicy": left.pop("Referrer-Policy"), "Override": True},
    }
    if left.pop("X-Content-Type-Options") != "nosniff":
        raise ValueError("CloudFront says nosniff, or nothing, in X-Content-Type-Options")
    custom = [{"Header": k, "Value": v, "Override": True} for k, v in sorted(left.items())]
    return {
        "WebHeaders": {
            "Type": "AWS::CloudFront::ResponseHeadersPolicy",
            "Condition": "HasWebFront",
            "Properties": {
                "ResponseHeadersPolicyConfig": {
                    "Name": sub("${Installation}-web"),
                    "SecurityHeadersConfig": security,
                    "CustomHeadersConfig": {"Items": custom},
                }
            },
        },
        "WebPaths": {
            "Type": "AWS::CloudFront::Function",
            "Condition": "HasWebFront",
            "Properties": {
                "Name": sub("${Installation}-web-paths"),
                "AutoPublish": True,
                "FunctionConfig": {
                    "Comment": "Pages of the app are one file",
                    "Runtime": "cloudfront-js-2.0",
                },
                "FunctionCode": PATHS.read_text(),
            },
        },
    }
