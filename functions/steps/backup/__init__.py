"""Lambdas of steps/backup."""
