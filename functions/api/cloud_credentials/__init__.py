"""Lambdas of api/cloud_credentials."""
