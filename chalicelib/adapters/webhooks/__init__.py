"""Adapters of `chalicelib.ports.webhooks`."""
