"""Lambdas of calls/templates."""
