"""Backups of an installation's tables and contents in S3, and their way back."""
