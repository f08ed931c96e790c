"""Lambdas of api/usage_events."""
