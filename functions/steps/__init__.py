"""Lambdas of steps."""
