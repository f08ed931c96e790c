"""Somebody else's S3, as a customer may have one: OpenStack Swift behind a TLS of its own."""
