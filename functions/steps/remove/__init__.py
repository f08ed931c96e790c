"""Lambdas of steps/remove."""
