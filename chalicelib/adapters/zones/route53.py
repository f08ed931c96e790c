"""A zone of Route 53: `chalicelib.ports.zones.Zones` made real.

A set of records is written whole there: what others have at a name is read first, and kept.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable, ZoneRefused

TTL = 60
PASSING = frozenset({"Throttling", "PriorRequestNotComplete", "ServiceUnavailable"})


class Route53Zone:
    """One hosted zone."""

    def __init__(self, client: Any, zone: str) -> None:
        self.client = client
        self.zone = zone

    def publish(self, name: str, text: str) -> None:
        """Add the text to those of the name."""
        self._write(name, text, there=True)

    def withdraw(self, name: str, text: str) -> None:
        """Take the text away from those of the name."""
        self._write(name, text, there=False)

    def _write(self, name: str, text: str, *, there: bool) -> None:
        value = f'"{text}"'
        try:
            found = self._texts(name)
            if (value in found) == there:
                return
            left = [*found, value] if there else [one for one in found if one != value]
            self._change(name, left or found, action="UPSERT" if left else "DELETE")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in PASSING:
                raise Unavailable("Route 53 is busy; try again.") from error
            raise ZoneRefused(
                f"Route 53 refuses to change the zone {self.zone}: {code}."
            ) from error
        except BotoCoreError as error:
            raise Unavailable("Route 53 does not answer; try again.") from error

    def _texts(self, name: str) -> list[str]:
        sets = self.client.list_resource_record_sets(
            HostedZoneId=self.zone,
            StartRecordName=f"{name}.",
            StartRecordType="TXT",
            MaxItems="1",
        )["ResourceRecordSets"]
        return [
            record["Value"]
            for one in sets
            if (one["Name"], one["Type"]) == (f"{name}.", "TXT")
            for record in one["ResourceRecords"]
        ]

    def _change(self, name: str, values: list[str], *, action: str) -> None:
        records = {
            "Name": f"{name}.",
            "Type": "TXT",
            "TTL": TTL,
            "ResourceRecords": [{"Value": value} for value in values],
        }
        self.client.change_resource_record_sets(
            HostedZoneId=self.zone,
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": records}]},
        )
