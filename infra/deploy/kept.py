"""What outlives a stack: noted when the stack is taken away, taken over by the next one.

Tables, buckets and the key stay when a stack goes. They have names that the installation fixes, so
that a stack of the same name cannot make them again: it imports them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
NOTE = "kept.json"
"""Where the code bucket has the note."""
IDENTIFIED_BY = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::KMS::Key": "KeyId",
}
"""What CloudFormation knows the kinds of kept resources by when it imports them."""
KEEPING = ("Retain", "RetainExceptOnCreate")


def noted(template: Json, held: Mapping[str, tuple[str, str]]) -> Json:
    """Which resources of a stack stay: kind and physical id by logical id."""
    return {
        name: {"kind": held[name][0], "id": held[name][1]}
        for name, resource in template["Resources"].items()
        if name in held
        and held[name][0] in IDENTIFIED_BY
        and resource.get("DeletionPolicy") in KEEPING
    }


def to_import(note: Json, template: Json) -> list[Json]:
    """What a new stack is told to take over, of what a note says and the template still has."""
    return [
        {
            "ResourceType": one["kind"],
            "LogicalResourceId": name,
            "ResourceIdentifier": {IDENTIFIED_BY[one["kind"]]: one["id"]},
        }
        for name, one in note.items()
        if name in template["Resources"]
    ]


def alone(note: Json, template: Json) -> Json:
    """The template with nothing but what is kept: an import takes no more, and no outputs."""
    kept = {name: one for name, one in template["Resources"].items() if name in note}
    return {**{k: v for k, v in template.items() if k != "Outputs"}, "Resources": kept}
