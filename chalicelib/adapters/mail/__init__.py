"""Mail made real."""
