"""Apps: placed, started, reached, stopped and removed."""
