"""What is told of a release."""
