"""Lambdas of api/nodes."""
