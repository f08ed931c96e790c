"""Lambdas of api/backup_targets."""
