"""Lambdas of api/ssh_keys."""
