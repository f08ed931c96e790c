"""What apps use: when they run, what goes out, and what the gateway's meter is told of it."""
