"""Lambdas of steps/restart."""
