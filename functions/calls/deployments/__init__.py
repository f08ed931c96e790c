"""Lambdas of calls/deployments."""
