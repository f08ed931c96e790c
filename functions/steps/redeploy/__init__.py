"""Lambdas of steps/redeploy."""
