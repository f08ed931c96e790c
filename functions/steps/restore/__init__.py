"""Lambdas of steps/restore."""
