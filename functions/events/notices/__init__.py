"""Lambdas of events/notices."""
