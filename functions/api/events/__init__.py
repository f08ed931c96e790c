"""Lambdas of api/events."""
