"""Lambdas of steps/certify."""
