"""Ports made real: the only place where an SDK is imported."""
