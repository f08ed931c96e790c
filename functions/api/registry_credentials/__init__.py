"""Lambdas of api/registry_credentials."""
