"""Sweeps asked for by an operator: `make sweep`."""
