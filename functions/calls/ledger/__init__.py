"""Lambdas of calls/ledger."""
