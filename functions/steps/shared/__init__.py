"""Lambdas of steps/shared."""
