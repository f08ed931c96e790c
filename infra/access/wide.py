"""What is allowed on more than one thing that can be named, and why each of those has to be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infra.access.grants import Grant
from infra.packaging.template import DELIVERIES, TRACES

UNNAMED = {
    "ecr:GetAuthorizationToken": "the token is the account's, and belongs to no repository",
    **dict.fromkeys((f"xray:{action}" for action in TRACES), "X-Ray knows no resources"),
    **dict.fromkeys(
        (f"logs:{action}" for action in DELIVERIES), "the delivery of logs knows no resources"
    ),
}
"""Actions for which AWS takes no resource but `*`."""


@dataclass(frozen=True)
class Reason:
    """A shape of resources with a star in them, the actions it is for, and why it is there."""

    shape: str
    actions: str
    why: str

    def holds(self, action: str, resource: str) -> bool:
        """Whether it is the reason for an action on a resource."""
        return bool(re.fullmatch(self.shape, resource) and re.fullmatch(self.actions, action))


REASONS = (
    Reason(
        r".*:repository/\*",
        r"ecr:(BatchCheckLayerAvailability|BatchGetImage|GetDownloadUrlForLayer)",
        "the proxies' image may lie in any repository of the account: ProxyImage names it",
    ),
    Reason(
        r"\$\{\w+Table\.Arn\}/index/\*",
        r"dynamodb:(GetItem|BatchGetItem|Query)",
        "the indexes of a table that may be read itself: they hold nothing beside it",
    ),
    Reason(
        r"\$\{ContentsBucket\.Arn\}/[a-z]+/\*",
        r"s3:(Get|Put)Object",
        "objects of one folder are named by what they hold",
    ),
    Reason(
        r"\$\{ArchivesBucket\.Arn\}/\*",
        r"s3:((Get|Put|Delete)Object|AbortMultipartUpload)",
        "archives are named by app and backup, and the bucket holds nothing else",
    ),
    Reason(
        r".*:execution:\$\{Installation\}-[a-z]+:\*",
        r"states:DescribeExecution",
        "executions of one machine are named by the record that they work for",
    ),
    Reason(
        r".*:secret:\$\{Installation\}/[a-z]+-\*",
        r"secretsmanager:GetSecretValue",
        "AWS adds six letters to the name of a secret",
    ),
    Reason(
        r".*:function:\$\{Installation\}-api_\*",
        r"lambda:InvokeFunction",
        "the one role of API Gateway; its functions' names are longer than a role's policy may be",
    ),
)


def too_wide(grant: Grant) -> list[str]:
    """What is wrong with a grant, in words; nothing where each star has its reason."""
    wrong = [f"{action} is many actions" for action in grant.actions if "*" in action]
    for resource in grant.resources:
        wrong += [
            f"{action} on {resource}"
            for action in grant.actions
            if "*" in resource and not reason_of(action, resource)
        ]
    return wrong


def reason_of(action: str, resource: str) -> str:
    """Why an action is allowed on what a star stands for; empty where there is no reason."""
    if resource == "*":
        return UNNAMED.get(action, "")
    return next((one.why for one in REASONS if one.holds(action, resource)), "")
