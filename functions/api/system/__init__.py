"""Lambdas of api/system."""
