"""Lambdas of api/account."""
