"""Lambdas of events/catalogue."""
