"""Lambdas of events/traffic."""
