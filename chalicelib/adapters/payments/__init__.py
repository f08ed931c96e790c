"""Whoever takes payments, behind `chalicelib.ports.payments`."""
