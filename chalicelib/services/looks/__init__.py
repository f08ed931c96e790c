"""What runs, looked at: how it is, what it takes, what it writes, and what follows from that."""
