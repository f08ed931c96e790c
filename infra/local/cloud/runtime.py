"""Start AWS's Runtime Interface Client for a local function.

Its handler is the one of `counting.py`, around that of `faulty.py`, around the function's own; the
command line keeps the function's own, by which a process can be told. Local functions share one
virtual environment, where pyOpenSSL is for the sake of the certificate authority's steps: the AWS
SDK would load it in every function, at an eighth of what a cold start takes, and Lambda has none.
"""

from __future__ import annotations

import runpy
import sys

HIDDEN = "urllib3.contrib.pyopenssl"
"""Through which the SDK finds it; without, it takes Python's own TLS as it does in Lambda."""


def hide() -> None:
    """Have nobody in this process find pyOpenSSL for the SDK."""
    sys.modules[HIDDEN] = None  # type: ignore[assignment]


def main() -> None:
    """Run the client."""
    hide()
    sys.argv[1:] = ["infra.local.cloud.counting.handler"]
    runpy.run_module("awslambdaric", run_name="__main__")


if __name__ == "__main__":
    main()
