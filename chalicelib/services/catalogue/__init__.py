"""Templates: drafted, imported, published, versioned, found, and taken out again."""
