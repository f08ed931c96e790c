"""Sweeps: what is recorded held against what is there, and what nobody holds any more."""
