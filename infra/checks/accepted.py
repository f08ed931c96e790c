"""What checkov finds in the templates and is meant to be so, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """A rule of checkov's, the resources that need not follow it, and why."""

    rule: str
    resources: str
    """A pattern of `<type>.<logical id>`, without `AWS::`."""
    why: str

    def covers(self, rule: str, resource: str) -> bool:
        """Whether it is about a finding."""
        return rule == self.rule and bool(re.fullmatch(self.resources, resource))


OWN_KEYS = "AWS's own keys encrypt it; one of ours would cost by the call and open to nobody else"
FUNCTION = r"Lambda::Function\.\w+"
PRIVATE = "no secret and no person's data is in it"

ACCEPTED = (
    Accepted(
        "CKV_AWS_115",
        FUNCTION,
        "a reserved number is taken from all others; the account's quota bounds them, and throttles"
        " are told",
    ),
    Accepted(
        "CKV_AWS_116",
        FUNCTION,
        "who is called by rules has a failure destination, messages have a queue of failures, and"
        " all others have a caller who is told",
    ),
    Accepted(
        "CKV_AWS_117",
        FUNCTION,
        "servers and providers are on the internet; in a network, calls would pay a NAT gateway",
    ),
    Accepted("CKV_AWS_173", FUNCTION, "names and addresses stand there; secrets have their store"),
    Accepted("CKV_AWS_119", r"DynamoDB::Table\.\w+", OWN_KEYS + "; secrets are sealed besides"),
    Accepted("CKV_AWS_149", r"SecretsManager::Secret\.\w+", OWN_KEYS),
    Accepted("CKV_AWS_158", r"Logs::LogGroup\.\w+", f"{OWN_KEYS}; {PRIVATE}"),
    Accepted(
        "CKV_AWS_27", r"SQS::Queue\.\w+", "SQS's own key encrypts them (SqsManagedSseEnabled)"
    ),
    Accepted(
        "CKV_AWS_26",
        r"SNS::Topic\.Alarms",
        "names of alarms alone; CloudWatch cannot speak to a topic under AWS's own key",
    ),
    Accepted(
        "CKV_AWS_26",
        r"SNS::Topic\.MailTopic",
        "SES cannot speak to a topic under AWS's own key; the queue behind it encrypts",
    ),
    Accepted(
        "CKV_AWS_21",
        r"S3::Bucket\.ArchivesBucket",
        "no archive is written over, and one whose backup is deleted is to be gone",
    ),
    Accepted("CKV_AWS_18", r"S3::Bucket\.\w+", "each is read by functions or CloudFront alone"),
    Accepted(
        "CKV_AWS_21",
        r"S3::Bucket\.(Contents|Web)Bucket",
        "contents are named by what they hold, and the web app is built again",
    ),
    Accepted("CKV_AWS_120", r"ApiGateway::Stage\.RestApiStage", "answers are their caller's own"),
    Accepted(
        "CKV_AWS_68", r"CloudFront::Distribution\.\w+", "files that all may see, and no input"
    ),
    Accepted("CKV_AWS_86", r"CloudFront::Distribution\.\w+", "the gateway before it logs who asks"),
    Accepted(
        "CKV_AWS_174",
        r"CloudFront::Distribution\.\w+",
        "it is 1.2 with a name of the owner's; CloudFront's own name lets nobody choose",
    ),
    Accepted(
        "CKV_AWS_260",
        r"EC2::SecurityGroup\.BalancerGroup",
        "apps are meant to be reached, and certificates are proven over HTTP",
    ),
    Accepted("CKV_AWS_65", r"ECS::Cluster\.\w+", "costs more than a proxy; the proxies count"),
    Accepted(
        "CKV_AWS_91",
        r"ElasticLoadBalancingV2::LoadBalancer\.\w+",
        "of TCP, a balancer logs nothing; the proxies log each request",
    ),
)


def judged(
    found: list[tuple[str, str]],
) -> tuple[list[tuple[str, str]], list[Accepted]]:
    """What of (rule, resource) nothing accepts, and what is accepted and not found any more."""
    left = [one for one in found if not any(each.covers(*one) for each in ACCEPTED)]
    unused = [each for each in ACCEPTED if not any(each.covers(*one) for one in found)]
    return left, unused
