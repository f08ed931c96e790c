"""Lambdas of events."""
