"""Plans, and how they are bought."""
