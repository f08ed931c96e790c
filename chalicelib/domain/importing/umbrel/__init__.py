"""Apps of Umbrel."""
