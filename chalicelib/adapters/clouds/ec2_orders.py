"""What EC2 is told to make an ordered server."""

from __future__ import annotations

import hashlib

from chalicelib.adapters.clouds import ec2_sizes
from chalicelib.adapters.clouds.ec2_errors import Json
from chalicelib.adapters.clouds.ec2_groups import MANAGED
from chalicelib.adapters.clouds.keys import sha256_fingerprint
from chalicelib.ports.clouds import ServerOrder

TAG = "hoster:"
"""What the keys of Hoster's tags begin with."""


def key_name(public_key: str) -> str:
    """The name that a key has in the account: its fingerprint, so that it is imported once."""
    return "hoster-" + sha256_fingerprint(public_key)


def request(order: ServerOrder, image: Json, key: str, group: str, number: int) -> Json:
    """What `RunInstances` is told; `number` counts the servers of the order's token that went."""
    token = f"{order.token or order.tag}/{number}"
    tags = [{"Key": "Name", "Value": order.name}, MANAGED]
    tags += [{"Key": TAG + tag, "Value": ""} for tag in (order.tag, *order.tags)]
    disk = {
        "VolumeSize": ec2_sizes.DISKS_GB.get(order.size, ec2_sizes.OTHER_DISK_GB),
        "VolumeType": "gp3",
        "DeleteOnTermination": True,
    }
    return {
        "ClientToken": hashlib.sha256(token.encode()).hexdigest(),
        "ImageId": image["ImageId"],
        "InstanceType": order.size,
        "KeyName": key,
        "SecurityGroupIds": [group],
        "MinCount": 1,
        "MaxCount": 1,
        "UserData": order.user_data,  # boto3 encodes it
        "BlockDeviceMappings": [
            {"DeviceName": image.get("RootDeviceName") or "/dev/xvda", "Ebs": disk}
        ],
        "MetadataOptions": {
            "HttpEndpoint": "enabled",
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 1,
        },
        "TagSpecifications": [
            {"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume")
        ],
    }
