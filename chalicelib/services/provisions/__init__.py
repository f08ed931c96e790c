"""Servers at a provider: ordered once, made ready, and proven gone."""
