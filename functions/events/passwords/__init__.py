"""Lambdas of events/passwords."""
