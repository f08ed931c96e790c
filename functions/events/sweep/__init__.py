"""Lambdas of events/sweep."""
