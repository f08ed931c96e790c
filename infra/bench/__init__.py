"""Measures the product beside its peers, in the same run; nothing here judges."""
