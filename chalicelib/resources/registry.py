"""Every resource, by the name in its URLs."""

from __future__ import annotations

from chalicelib.engine.resource import Resource
from chalicelib.resources.account_exports import ACCOUNT_EXPORTS
from chalicelib.resources.api_tokens import API_TOKENS
from chalicelib.resources.backup_targets import BACKUP_TARGETS
from chalicelib.resources.backups import BACKUPS
from chalicelib.resources.cloud_credentials import CLOUD_CREDENTIALS
from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.domains import DOMAINS
from chalicelib.resources.invoices import INVOICES
from chalicelib.resources.nodes import NODES
from chalicelib.resources.notice_channels import NOTICE_CHANNELS
from chalicelib.resources.registry_credentials import REGISTRY_CREDENTIALS
from chalicelib.resources.ssh_keys import SSH_KEYS
from chalicelib.resources.template_proofs import TEMPLATE_PROOFS
from chalicelib.resources.templates import TEMPLATES

RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        TEMPLATES,
        DEPLOYMENTS,
        NODES,
        SSH_KEYS,
        CLOUD_CREDENTIALS,
        CLOUD_PROVISIONS,
        INVOICES,
        DOMAINS,
        TEMPLATE_PROOFS,
        REGISTRY_CREDENTIALS,
        ACCOUNT_EXPORTS,
        API_TOKENS,
        NOTICE_CHANNELS,
        BACKUPS,
        BACKUP_TARGETS,
    )
}
