"""Immutable contents over S3."""
