"""Lambdas of steps/prove."""
