"""What others tell of their own accord."""
