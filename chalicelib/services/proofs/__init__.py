"""Proof that a template's version runs: on a server of its own, measured, and gone afterwards."""
