"""Lambdas of events/invoices."""
