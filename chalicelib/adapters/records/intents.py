"""Repeated requests in DynamoDB: what they make, and where Powertools keeps their answers."""

from __future__ import annotations

import time

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from pynamodb.exceptions import DoesNotExist, PutError

from chalicelib.adapters.records.patience import code_of, patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.domain.errors import Contended


class DynamoIntents:
    """Ids that requests have chosen: `chalicelib.ports.idempotency.Intents` made real."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.idempotency

    @patient
    def choose(self, request: str, record_id: str, *, seconds: int) -> str:
        """Put the id unless one is there that has not expired; then return that."""
        now = int(time.time())
        item = self.table(f"made#{request}", made=record_id, expiration=now + seconds)
        try:
            # DynamoDB deletes what has expired some time later.
            item.save(condition=self.table.id.does_not_exist() | (self.table.expiration < now))
        except PutError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
        else:
            return record_id
        try:
            return str(self.table.get(item.id, consistent_read=True).made)
        except DoesNotExist as error:
            raise Contended("It expired at this moment; try again.") from error


def persistence(tables: Tables) -> DynamoDBPersistenceLayer:
    """Where Powertools keeps answers, over the connection that the store has already."""
    table = tables.idempotency
    return DynamoDBPersistenceLayer(
        table_name=table.Meta.table_name,
        boto3_client=table._get_connection().connection.client,
    )
