"""Lambdas of api/account_exports."""
