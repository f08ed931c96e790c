"""Lambdas of api/invoices."""
