"""`python -m infra.local.bucket`: be the way to somebody else's S3, with TLS, where servers are.

python -m infra.local.bucket --bind 172.31.240.1:4570 --upstream http://127.0.0.1:8089
    --certificate FILE
"""

from __future__ import annotations

import argparse
from pathlib import Path

import uvicorn

from infra.local.bucket.app import make_app


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bind", required=True, help="address:port")
    parser.add_argument("--upstream", required=True, help="where S3 itself answers")
    parser.add_argument("--certificate", type=Path, required=True, help="with its key")
    given = parser.parse_args()
    host, _, port = given.bind.rpartition(":")
    uvicorn.run(
        make_app(given.upstream),
        host=host,
        port=int(port),
        ssl_certfile=str(given.certificate),
        ssl_keyfile=str(given.certificate),
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
    )


if __name__ == "__main__":
    main()
