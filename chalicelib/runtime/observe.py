"""Logs and traces of every Lambda, made once per process."""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(service="hoster", log_uncaught_exceptions=False)
