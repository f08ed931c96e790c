"""Lambdas of calls/accounts."""
