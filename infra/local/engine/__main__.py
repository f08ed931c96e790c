"""Starts, stops or asks for the machine's Docker Engine: `python -m infra.local.engine start`."""

from __future__ import annotations

import argparse
import sys

from infra.local.engine import EngineMissing, engine_answers, ensure_engine, stop_engine


def main() -> int:
    """Do what the command line says; the exit status is 0 when the Engine is as asked."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.engine", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "status"])
    action = parser.parse_args().action
    if action == "stop":
        print("stopped" if stop_engine() else "left alone: it was not started here")
        return 0
    if action == "status":
        answers = engine_answers()
        print("running" if answers else "not running")
        return 0 if answers else 1
    try:
        print("started" if ensure_engine() else "already running")
    except EngineMissing as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
