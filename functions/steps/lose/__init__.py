"""Lambdas of steps/lose."""
