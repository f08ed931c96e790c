"""Measures the product side by side with its peers in the same run; nothing here judges."""
