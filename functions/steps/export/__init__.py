"""Lambdas of steps/export."""
