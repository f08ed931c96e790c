"""Lambdas of events/workflows."""
