"""Lambdas of calls/cloud_credentials."""
