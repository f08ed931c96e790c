"""Lambdas of api/templates."""
