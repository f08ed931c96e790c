"""What stands open to the world: the REST API, and the web app behind CloudFront."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from infra.packaging.web import PATHS, ROUTES
from tests.packaging.conftest import Built

Json = dict[str, Any]


@pytest.fixture(scope="session")
def resources(here: Built) -> Json:
    found: Json = here.template["Resources"]
    return found


def test_api_admits_the_gateways_networks_alone_and_says_when_it_does_not(
    here: Built, resources: Json
) -> None:
    decided, everyone, policy = resources["RestApi"]["Properties"]["Policy"]["Fn::If"]
    admitted, refused = policy["Statement"]
    networks = {"Fn::Split": [" ", {"Ref": "GatewayNetworks"}]}

    assert (decided, everyone) == ("AdmitsEveryone", {"Ref": "AWS::NoValue"})
    assert [admitted["Effect"], refused["Effect"]] == ["Allow", "Deny"]
    assert refused["Condition"] == {"NotIpAddress": {"aws:SourceIp": networks}}
    assert refused["Resource"] == admitted["Resource"] == "execute-api:/*"
    told = here.template["Outputs"]["ApiAdmits"]["Value"]["Fn::If"]
    assert told[0] == "AdmitsEveryone"
    assert "GatewayNetworks" in told[1]


def test_api_keeps_of_a_request_what_holds_no_secret_and_bounds_how_many(resources: Json) -> None:
    stage = resources["RestApiStage"]["Properties"]
    kept = json.loads(stage["AccessLogSetting"]["Format"])
    [bounds] = stage["MethodSettings"]

    assert stage["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLogs", "Arn"]}
    assert {"request_id", "status", "route", "ms"} <= kept.keys()
    assert not [text for text in kept.values() if "header" in text or "querystring" in text]
    assert (bounds["ResourcePath"], bounds["HttpMethod"]) == ("/*", "*")
    assert bounds["ThrottlingRateLimit"] == {"Ref": "ApiRate"}
    assert bounds["ThrottlingBurstLimit"] == {"Ref": "ApiBurst"}
    assert resources["RestApiStage"]["DependsOn"] == ["ApiAccount"]


def test_web_bucket_is_read_by_its_distribution_alone(resources: Json) -> None:
    bucket = resources["WebBucket"]["Properties"]
    policy = resources["WebBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    reading = [one for one in policy if one["Effect"] == "Allow"]
    [origin] = resources["WebDistribution"]["Properties"]["DistributionConfig"]["Origins"]

    assert list(bucket["PublicAccessBlockConfiguration"].values()) == [True] * 4
    for one in reading:
        assert one["Principal"] == {"Service": "cloudfront.amazonaws.com"}
        arn = one["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
        assert arn.endswith(":distribution/${WebDistribution}")
    assert {one["Action"] for one in reading} == {"s3:GetObject", "s3:ListBucket"}
    assert origin["OriginAccessControlId"] == {"Ref": "WebAccess"}
    behaviour = resources["WebDistribution"]["Properties"]["DistributionConfig"]
    assert behaviour["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"


def test_web_app_has_the_headers_that_the_gateway_gives_it(resources: Json) -> None:
    config = resources["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    lasting = security["StrictTransportSecurity"]
    [gateway] = [
        route["respond"]
        for route in json.loads(ROUTES.read_text())["routes"]
        if route["name"] == "hoster-front"
    ]
    given = {one["Header"]: one["Value"] for one in config["CustomHeadersConfig"]["Items"]}
    given |= {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "Strict-Transport-Security": f"max-age={lasting['AccessControlMaxAgeSec']}"
        + ("; includeSubDomains" if lasting["IncludeSubdomains"] else ""),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
    }

    assert given == gateway
    assert security["ContentTypeOptions"] == {"Override": True}


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "/index.html"),
        ("/deployments/0195-a/logs", "/index.html"),
        ("/assets/index-4f.js", "/assets/index-4f.js"),
        ("/favicon.svg", "/favicon.svg"),
    ],
)
def test_pages_of_the_app_are_one_file(path: str, file: str) -> None:
    node = shutil.which("node")
    assert node, "Node.js is missing: make setup"
    asked = json.dumps({"request": {"uri": path, "headers": {}}})
    code = f"{PATHS.read_text()}\nconsole.log(handler({asked}).uri)"

    said = subprocess.run([node, "-e", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == file
