"""EC2 through boto3: `chalicelib.ports.clouds.Cloud` made real.

API reference: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

import boto3
from botocore.config import Config
from botocore.session import get_session

from chalicelib.adapters.clouds import ec2_sizes
from chalicelib.adapters.clouds.ec2_errors import Json, ask
from chalicelib.adapters.clouds.ec2_groups import Groups
from chalicelib.adapters.clouds.ec2_orders import TAG, key_name, request
from chalicelib.adapters.clouds.refusals import Expected
from chalicelib.domain.errors import Gone, NotReady, RefusedByProvider
from chalicelib.ports.clouds import Image, Region, Server, ServerOrder, Size

USUAL_REGION = "us-east-1"
OWNER = "136693071363"
"""Debian's account: https://wiki.debian.org/Cloud/AmazonEC2Image"""
IMAGE = "debian-12-amd64-*"
LOGIN = "admin"
"""Whom Debian's images let in; he has sudo."""
LIVE = ("pending", "running", "shutting-down", "stopping", "stopped")
TRIES = 5
"""How many servers of one token may have gone before a new order is refused."""

State = Literal["new", "active", "off", "archive", "leaving"]
TERMINATED = "IdempotentInstanceTerminated"
MISMATCH = "IdempotentParameterMismatch"
STATES: dict[str, State] = {
    "pending": "new",
    "running": "active",
    "stopping": "off",
    "stopped": "off",
    "shutting-down": "leaving",
}


class EC2:
    """One AWS account in one region, entered with an access key."""

    def __init__(self, access_key_id: str, secret_access_key: str, region: str) -> None:
        self.region = region or USUAL_REGION
        self.session = boto3.Session(
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret_access_key,
            region_name=self.region,
        )
        if self.region not in self.session.get_available_regions("ec2"):
            raise RefusedByProvider(f"AWS has no region {self.region[:40]}.")
        self.ec2 = self._client("ec2")
        self.groups = Groups(self.ec2)

    def _client(self, service: str, region: str | None = None) -> Any:
        # Retries belong to the state machines: one call here is one call there.
        config = Config(
            connect_timeout=5,
            read_timeout=20,
            retries={"total_max_attempts": 1, "mode": "standard"},
        )
        return self.session.client(service, region_name=region, config=config)  # type: ignore[call-overload]

    def check(self) -> str:
        """Ask whose the access key is; any valid one may."""
        return str(ask(self._client("sts").get_caller_identity)["Account"])

    def regions(self) -> tuple[Region, ...]:
        """List the regions that are turned on in the account."""
        found = ask(self.ec2.describe_regions)["Regions"]
        names = _region_names()
        ids = sorted(region["RegionName"] for region in found)
        return tuple(Region(name, names.get(name, name), available=True) for name in ids)

    def sizes(self) -> tuple[Size, ...]:
        """List the instance types that Hoster offers, with AWS's price without the disk's."""
        # The price list has few endpoints, and this one knows all regions.
        return ec2_sizes.offered(self.ec2, self._client("pricing", "us-east-1"), self.region)

    def images(self) -> tuple[Image, ...]:
        """List the images that Debian publishes in this region, newest first."""
        regions = (self.region,)
        return tuple(Image(i["ImageId"], i["Name"], "Debian", regions) for i in self._debians())

    def find(self, tag: str) -> tuple[Server, ...]:
        """List the instances with a tag that are not terminated, oldest first."""
        found = (_server(instance) for instance in self._tagged(tag))
        return tuple(sorted(found, key=lambda s: (s.created_at, s.id)))

    def _tagged(self, tag: str) -> Iterator[Json]:
        more: dict[str, str] = {}
        filters = [
            {"Name": "tag-key", "Values": [TAG + tag]},
            {"Name": "instance-state-name", "Values": list(LIVE)},
        ]
        while True:
            answer = ask(
                lambda more=more: self.ec2.describe_instances(Filters=filters, **more)  # type: ignore[misc]
            )
            for reservation in answer["Reservations"]:
                yield from reservation["Instances"]
            if not answer.get("NextToken"):
                return
            more = {"NextToken": answer["NextToken"]}

    def create(self, order: ServerOrder) -> Server:
        """Run an instance with its key and security group; one token makes one."""
        image = self._image()
        key = self._key(order)
        try:
            group = self.groups.admit(order.tag, ("22/tcp",), only=False)
            return self._run(order, image, key, group)
        except Gone:
            raise NotReady("AWS does not show the key or the security group yet.") from None

    def _run(self, order: ServerOrder, image: Json, key: str, group: str) -> Server:
        for number in range(TRIES):
            wanted = request(order, image, key, group, number)
            try:
                answer = ask(lambda w=wanted: self.ec2.run_instances(**w), TERMINATED, MISMATCH)  # type: ignore[misc]
            except Expected as refused:
                if refused.code == TERMINATED:
                    continue  # the server of this token is gone; the next token is as stable
                return self._ordered_before(order)
            [instance] = answer["Instances"]
            if instance["State"]["Name"] not in {"terminated", "shutting-down"}:
                return _server(instance)
        raise RefusedByProvider("AWS ended every server of this order; order it anew.")

    def _ordered_before(self, order: ServerOrder) -> Server:
        """The server that this token made when an older image was the newest."""
        for server in self.find(order.tag):
            if server.state != "leaving":
                return server
        raise NotReady("AWS made this server already and does not show it yet.")

    def _debians(self) -> list[Json]:
        """Debian's images for x86, the newest first."""
        filters = [
            {"Name": "name", "Values": [IMAGE]},
            {"Name": "architecture", "Values": ["x86_64"]},
            {"Name": "state", "Values": ["available"]},
        ]
        found = ask(lambda: self.ec2.describe_images(Owners=[OWNER], Filters=filters))["Images"]
        return sorted(found, key=lambda i: (i.get("CreationDate", ""), i["Name"]), reverse=True)

    def _image(self) -> Json:
        found = self._debians()
        if not found:
            raise RefusedByProvider(f"AWS shows no image of Debian 12 in {self.region}.")
        return found[0]

    def _key(self, order: ServerOrder) -> str:
        """Import the public key unless it is there; return its name, which is its fingerprint."""
        name = key_name(order.public_key)
        given = {"KeyName": name, "PublicKeyMaterial": order.public_key.encode()}
        with contextlib.suppress(Expected):
            ask(lambda: self.ec2.import_key_pair(**given), "InvalidKeyPair.Duplicate")
        return name

    def get(self, server_id: str) -> Server:
        """Read one instance; one that is terminated is gone."""
        answer = ask(lambda: self.ec2.describe_instances(InstanceIds=[server_id]))
        for reservation in answer["Reservations"]:
            for instance in reservation["Instances"]:
                if instance["State"]["Name"] != "terminated":
                    return _server(instance)
        raise Gone("AWS does not know it.")

    def destroy(self, server_id: str) -> None:
        """Terminate an instance; its disk goes with it."""
        try:
            ask(lambda: self.ec2.terminate_instances(InstanceIds=[server_id]))
        except Gone:
            return

    def restart(self, server_id: str) -> None:
        """Reboot an instance."""
        ask(lambda: self.ec2.reboot_instances(InstanceIds=[server_id]))

    def open_firewall(self, tag: str, name: str, ports: tuple[str, ...]) -> None:
        """Have the security group of that name, and only it, on the instances with the tag."""
        group = self.groups.admit(name, ports, only=True)
        for instance in self._tagged(tag):
            held = [g["GroupId"] for g in instance.get("SecurityGroups") or ()]
            if held != [group] and STATES[instance["State"]["Name"]] != "leaving":
                number = instance["InstanceId"]
                ask(
                    lambda number=number: self.ec2.modify_instance_attribute(  # type: ignore[misc]
                        InstanceId=number, Groups=[group]
                    )
                )

    def remove_firewall(self, name: str) -> None:
        """Delete the security group of that name."""
        self.groups.remove(name)

    def remove_key(self, public_key: str) -> None:
        """Delete an imported key."""
        try:
            ask(lambda: self.ec2.delete_key_pair(KeyName=key_name(public_key)))
        except Gone:
            return

    def knows_key(self, public_key: str) -> bool:
        """Look for the imported key by its name, which is its fingerprint."""
        names = [key_name(public_key)]
        try:
            return bool(ask(lambda: self.ec2.describe_key_pairs(KeyNames=names))["KeyPairs"])
        except Gone:
            return False

    def remove_tag(self, tag: str) -> None:
        """Nothing: a tag is its instance's and goes with it."""


def _server(instance: Json) -> Server:
    tags = {tag["Key"]: tag.get("Value", "") for tag in instance.get("Tags") or ()}
    return Server(
        id=instance["InstanceId"],
        name=tags.get("Name", ""),
        state=STATES[instance["State"]["Name"]],
        address=instance.get("PublicIpAddress") or None,
        tags=tuple(sorted(key.removeprefix(TAG) for key in tags if key.startswith(TAG))),
        created_at=instance["LaunchTime"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        user=LOGIN,
    )


def _region_names() -> dict[str, str]:
    """What AWS calls its regions, from the SDK's own list."""
    endpoints = get_session().get_data("endpoints")
    return {
        name: str(region["description"])
        for partition in endpoints["partitions"]
        for name, region in partition["regions"].items()
    }
