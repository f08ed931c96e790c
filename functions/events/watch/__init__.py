"""Lambdas of events/watch."""
