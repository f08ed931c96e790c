"""Lambdas of steps/provision."""
