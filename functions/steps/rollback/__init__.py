"""Lambdas of steps/rollback."""
