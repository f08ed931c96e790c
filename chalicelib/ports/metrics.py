"""Where it is kept what deployments use: samples for a day, slices of 15 minutes for a month."""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.metrics import Sample, Slice


class Metrics(Protocol):
    """The history of what deployments use.

    Times are seconds since 1970. Every method raises `Unavailable` and `Contended` as the store
    of records does.
    """

    def add_sample(self, deployment_id: str, sample: Sample) -> bool:
        """Keep a sample for a day, in one write that reads nothing.

        Of two in one minute the later one counts. Returns whether it is the first one of its five
        minutes.
        """

    def samples(self, deployment_id: str, *, since: int, until: int) -> tuple[Sample, ...]:
        """Read the samples from `since` on and before `until`, oldest first, in one query."""

    def samples_before(self, deployment_id: str, moment: int) -> tuple[Sample, ...]:
        """Read the last samples before the five minutes of a moment, oldest first, in one query.

        They hold the last quarter of an hour in which any was taken, whole, and what came in the
        five minutes before it.
        """

    def add_slice(self, deployment_id: str, part: Slice) -> None:
        """Keep a slice of 15 minutes for a month; the same one again changes nothing."""

    def slices(self, deployment_id: str, *, since: int, until: int) -> tuple[Slice, ...]:
        """Read the slices that begin from `since` on and before `until`, oldest first."""
