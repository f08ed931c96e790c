"""Lambdas of api."""
