"""Lambdas of steps/stop."""
