"""Lambdas of api/backups."""
