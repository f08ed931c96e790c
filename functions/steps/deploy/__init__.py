"""Lambdas of steps/deploy."""
