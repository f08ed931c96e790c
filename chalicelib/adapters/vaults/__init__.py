"""Archives over S3."""
