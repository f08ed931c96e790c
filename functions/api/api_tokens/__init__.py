"""Lambdas of api/api_tokens."""
