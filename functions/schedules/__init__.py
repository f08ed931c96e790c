"""Lambdas of schedules."""
