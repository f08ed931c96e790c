"""Logs, traces and counts of every Lambda."""

from __future__ import annotations

from aws_lambda_powertools import Logger

from chalicelib.runtime import settings

NAMESPACE = "Hoster"

logger = Logger(service="hoster", log_uncaught_exceptions=False)


def count(**counted: int) -> None:
    """Tell CloudWatch how many there are of something now, by the metrics' names.

    They travel as lines of the log (embedded metric format), so that telling fails nothing.
    """
    # Imported only here: few functions count.
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    metrics = EphemeralMetrics(namespace=NAMESPACE, service="hoster")
    metrics.add_dimension("installation", settings.settings().installation)
    for name, value in counted.items():
        metrics.add_metric(name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
