"""Lambdas of api/cloud_provisions."""
