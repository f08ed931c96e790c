"""Certificate authorities made real."""
