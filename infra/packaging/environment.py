"""The settings that functions are told, as their environment in the template."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime.declaration import Declaration

Json = dict[str, Any]


SEALING_KEY: Json = {
    "Fn::If": ["HasSealingKey", {"Ref": "SealingKey"}, {"Fn::GetAtt": ["SecretsKey", "Arn"]}]
}
"""The key that secrets are sealed under: the stack's own, unless the owner brings another."""

RETIRING_KEY: Json = {"Fn::If": ["HasRetiringKey", {"Ref": "RetiringKey"}, SEALING_KEY]}
"""The key that secrets were sealed under before; the same one when none is left."""

OF_NEEDS: dict[str, Json] = {
    "metering": {
        "HOSTER_METERING_URL": {"Ref": "MeteringURL"},
        "HOSTER_METERING_PATH": {"Ref": "MeteringPath"},
        "HOSTER_GATEWAY_ADMIN_PATH": {"Ref": "GatewayAdminPath"},
    },
    "stripe": {
        "HOSTER_STRIPE_URL": {"Ref": "StripeURL"},
        "HOSTER_WEB_ORIGINS": {"Ref": "WebOrigins"},
    },
    "notices": {
        "HOSTER_NOTICES_QUEUE": {"Ref": "NoticesQueue"},
        "HOSTER_WEBHOOK_SCHEMES": {"Ref": "WebhookSchemes"},
    },
    "archive": {
        "HOSTER_ARCHIVES_BUCKET": {"Ref": "ArchivesBucket"},
        "HOSTER_ARCHIVES_URL": {"Ref": "ArchivesURL"},
    },
    "closing": {"HOSTER_CLOSING_GRACE_DAYS": {"Ref": "ClosingGraceDays"}},
    "mail": {
        "HOSTER_PASSWORDS_QUEUE": {"Ref": "PasswordsQueue"},
        "HOSTER_MAIL_FROM": {"Ref": "MailFrom"},
        "HOSTER_MAIL_NAME": {"Ref": "MailName"},
        "HOSTER_SUPPORT_CONTACT": {"Ref": "SupportContact"},
        "HOSTER_WEB_ORIGINS": {"Ref": "WebOrigins"},
    },
}
"""Settings that mean something only to some functions, by what those declare: the others do not
get them. It is a secret that they know, that they send mail or have to do with archives, or that
they are told of it.

A template has a megabyte at most, and what every function is told takes half of it.
"""


TELLING = frozenset({"secret", "told"})
"""Kinds of needs whose names say of what their functions are told."""


def sub(text: str) -> Json:
    """A CloudFormation substitution."""
    return {"Fn::Sub": text}


def att(resource: str, name: str) -> Json:
    """An attribute of another resource."""
    return {"Fn::GetAtt": [resource, name]}


def function_arn(name: str) -> str:
    """A function's ARN by its name, to be substituted: for whoever stands in another stack."""
    prefix = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
    return prefix + "${Installation}-" + name


def environment() -> Json:
    """Every setting that functions are told."""
    return {
        "HOSTER_INSTALLATION": {"Ref": "Installation"},
        "HOSTER_EPOCH": {"Ref": "Epoch"},
        "HOSTER_GATEWAY_SECRET_NAME": sub("${Installation}/gateway"),
        "HOSTER_IDEMPOTENCY_SECRET_NAME": sub("${Installation}/idempotency"),
        "HOSTER_KMS_KEY": SEALING_KEY,
        "HOSTER_RETIRING_KMS_KEY": {"Ref": "RetiringKey"},
        "HOSTER_CATALOGUE_QUEUE": {"Ref": "CatalogueQueue"},
        "HOSTER_WATCH_QUEUE": {"Ref": "WatchQueue"},
        "HOSTER_SWEEP_QUEUE": {"Ref": "SweepQueue"},
        "HOSTER_DOMAINS_QUEUE": {"Ref": "DomainsQueue"},
        "HOSTER_INVOICES_QUEUE": {"Ref": "InvoicesQueue"},
        "HOSTER_CURRENCY": {"Ref": "Currency"},
        "HOSTER_MINIMUM_CHARGE": {"Ref": "MinimumCharge"},
        "HOSTER_PLATFORM_FEE": {"Ref": "PlatformFee"},
        "HOSTER_NAME_SERVERS": {"Ref": "NameServers"},
        "HOSTER_PROXY_ADDRESSES": {"Ref": "ProxyAddresses"},
        "HOSTER_DOMAIN_GRACE_HOURS": {"Ref": "DomainGraceHours"},
        "HOSTER_CONTENTS_BUCKET": {"Ref": "ContentsBucket"},
        "HOSTER_MACHINES": sub(
            "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}"
            ":stateMachine:${Installation}-"
        ),
        "HOSTER_APPS_DOMAIN": {"Ref": "AppsDomain"},
        "HOSTER_PROXY_URL": {"Ref": "ProxyURL"},
        "HOSTER_DIGITALOCEAN_URL": {"Ref": "DigitalOceanURL"},
        "HOSTER_HETZNER_URL": {"Ref": "HetznerURL"},
        **OF_NEEDS["stripe"],
        **OF_NEEDS["notices"],
        "HOSTER_INVOICE_DUE_DAYS": {"Ref": "InvoiceDueDays"},
        "HOSTER_STOPS_OVERDUE": {"Ref": "StopsOverdue"},
        "HOSTER_REFUSED_NETWORKS": {"Ref": "RefusedNetworks"},
        "HOSTER_REGISTRY_MIRROR": {"Ref": "RegistryMirror"},
        "HOSTER_PLAIN_REGISTRIES": {"Ref": "PlainRegistries"},
        "HOSTER_PROVIDER_LAG_SECONDS": {"Ref": "ProviderLag"},
        "HOSTER_AUTHORITY_URL": {"Ref": "AuthorityURL"},
        "HOSTER_AUTHORITY_ROOTS": {"Ref": "AuthorityRoots"},
        "HOSTER_AUTHORITY_CONTACT": {"Ref": "AuthorityContact"},
        "HOSTER_AUTHORITY_NAMES": {"Ref": "AuthorityNames"},
        "HOSTER_CHALLENGE_PORT": {"Ref": "ChallengePort"},
        "HOSTER_PROXY_TLS_PORT": {"Ref": "ProxyTLSPort"},
        "HOSTER_DNS_UPDATES": {"Ref": "DnsUpdates"},
        "HOSTER_STEP_SECONDS": {"Ref": "StepSeconds"},
        **OF_NEEDS["metering"],
        **OF_NEEDS["mail"],
        **OF_NEEDS["archive"],
        **OF_NEEDS["closing"],
        "POWERTOOLS_SERVICE_NAME": "hoster",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        # There are none, and a cold start need not look through every package for them.
        "PYDANTIC_DISABLE_PLUGINS": "__all__",
    }


def environment_of(declaration: Declaration) -> Json:
    """The settings of one function."""
    known = {
        name
        for need in declaration.needs
        for name in (need.names if need.kind in TELLING else (need.kind,))
    }
    others = {name for of, some in OF_NEEDS.items() if of not in known for name in some}
    others -= {name for of in known & OF_NEEDS.keys() for name in OF_NEEDS[of]}
    return {name: value for name, value in environment().items() if name not in others}
