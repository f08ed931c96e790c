"""CapRover's one-click apps."""
