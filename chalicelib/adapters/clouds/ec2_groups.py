"""Security groups: the firewalls of EC2, found by name and made once."""

from __future__ import annotations

from typing import Any

from chalicelib.adapters.clouds.ec2_errors import Json, ask
from chalicelib.adapters.clouds.refusals import Expected
from chalicelib.domain.errors import Gone, NotReady

ANYWHERE = (("IpRanges", "CidrIp", "0.0.0.0/0"), ("Ipv6Ranges", "CidrIpv6", "::/0"))
MANAGED = {"Key": "ManagedBy", "Value": "hoster"}
Rule = tuple[str, int, int, str]
"""Protocol, first port, last port, whence."""


class Groups:
    """The security groups that Hoster makes in the default network of a region."""

    def __init__(self, ec2: Any) -> None:
        self.ec2 = ec2

    def find(self, name: str) -> Json | None:
        """The group of a name."""
        wanted = [{"Name": "group-name", "Values": [_named(name)]}]
        found = ask(lambda: self.ec2.describe_security_groups(Filters=wanted))["SecurityGroups"]
        return found[0] if found else None

    def admit(self, name: str, ports: tuple[str, ...], *, only: bool) -> str:
        """Have the group of a name admit these ports, or only these; returns its id."""
        known = self.find(name)
        group = str(known["GroupId"]) if known else self._make(name)
        wanted = {(*_opening(port), whence) for port in ports for _, _, whence in ANYWHERE}
        admitted = _rules(known) if known else {}
        extra = [rule for key, rule in admitted.items() if key not in wanted]
        missing = [_permission(key) for key in sorted(wanted - set(admitted))]
        if missing:
            self._add(group, missing)
        if extra and only:
            ask(lambda: self.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=extra))
        return group

    def remove(self, name: str) -> None:
        """Delete the group of a name. Raises `NotReady` while a server holds it."""
        known = self.find(name)
        if known is not None:
            try:
                ask(lambda: self.ec2.delete_security_group(GroupId=known["GroupId"]))
            except Gone:
                return

    def _make(self, name: str) -> str:
        given = {
            "GroupName": _named(name),
            "Description": "Made by Hoster. Goes with the last server that uses it.",
            "TagSpecifications": [{"ResourceType": "security-group", "Tags": [MANAGED]}],
        }
        try:
            made = ask(lambda: self.ec2.create_security_group(**given), "InvalidGroup.Duplicate")
        except Expected:
            raise NotReady("AWS made the security group already, not shown yet.") from None
        return str(made["GroupId"])

    def _add(self, group: str, missing: list[Json]) -> None:
        given = {"GroupId": group, "IpPermissions": missing}
        call = self.ec2.authorize_security_group_ingress
        try:
            ask(lambda: call(**given), "InvalidPermission.Duplicate")
        except Expected:
            # AWS takes all of a call or nothing: one at a time, what is there already is left out.
            if len(missing) > 1:
                for permission in missing:
                    self._add(group, [permission])


def _named(name: str) -> str:
    """A group's name in the account; it may not begin with `sg-`, which a tag may."""
    return f"hoster-{name}"


def _opening(port: str) -> tuple[str, int, int]:
    numbers, protocol = port.split("/")
    first, _, last = numbers.partition("-")
    return protocol, int(first), int(last or first)


def _permission(rule: Rule) -> Json:
    protocol, first, last, whence = rule
    ranges, member = next((r, m) for r, m, cidr in ANYWHERE if cidr == whence)
    ports = {"IpProtocol": protocol, "FromPort": first, "ToPort": last}
    return {**ports, ranges: [{member: whence}]}


def _rules(group: Json) -> dict[Rule, Json]:
    """What a group admits, each rule as the call that takes it away wants it."""
    found: dict[Rule, Json] = {}
    for permission in group.get("IpPermissions") or ():
        kind = permission["IpProtocol"]
        first, last = permission.get("FromPort", 0), permission.get("ToPort", 65535)
        for ranges, member, _ in ANYWHERE:
            for whence in permission.get(ranges) or ():
                found[kind, first, last, whence[member]] = {
                    "IpProtocol": kind,
                    **({"FromPort": first, "ToPort": last} if kind != "-1" else {}),
                    ranges: [{member: whence[member]}],
                }
    return found
