"""Start ministack in this process, without the delay that Nagle's algorithm adds to each call."""

from __future__ import annotations

import runpy
import socketserver


def main() -> None:
    """Run the emulator until it is told to stop."""
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    runpy.run_module("ministack", run_name="__main__")


if __name__ == "__main__":
    main()
