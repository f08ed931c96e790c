"""Lambdas of api/generic."""
