"""Functions that ask other functions."""
