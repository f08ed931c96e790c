"""What an operation does, written over ports."""
