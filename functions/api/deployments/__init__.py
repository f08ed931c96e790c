"""Lambdas of api/deployments."""
