"""Lambdas of events/domains."""
