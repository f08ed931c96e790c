"""What runs work that takes time."""
