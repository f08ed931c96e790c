"""What a function's first call loads of AWS's SDK is loaded once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

from chalicelib.adapters.records.tables import tables
from chalicelib.adapters.sessions import READER, open_session
from infra.packaging.template import ROOT
from tests.world import ENVIRONMENT

LOOK = """
import sys
from chalicelib.runtime import clients, wiring
wiring.records(), wiring.rates(), wiring.queue("watch"), wiring.workflows(), clients.named_secrets()
print(sorted({"boto3", "s3transfer", "multiprocessing"} & {*sys.modules}))
"""


def test_all_tables_are_asked_through_one_client() -> None:
    bound = tables("unit", "us-east-1")
    connections = {getattr(bound, part.name)._get_connection().connection for part in fields(bound)}

    assert len(connections) == 1


def test_all_sessions_read_descriptions_with_one_reader() -> None:
    [connection] = {tables("unit", "us-east-1").resources._get_connection().connection}
    sessions = connection.session, open_session(), open_session()

    assert len({session.get_component(READER) for session in sessions}) == 1


def test_wiring_loads_nothing_that_moves_files_or_starts_processes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        capture_output=True,
        text=True,
        check=False,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "HOSTER_KMS_KEY": "key"},
    )

    assert done.stdout.strip() == "[]", done.stderr
