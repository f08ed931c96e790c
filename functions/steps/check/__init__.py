"""Lambdas of steps/check."""
