"""Lambdas of steps/destroy."""
