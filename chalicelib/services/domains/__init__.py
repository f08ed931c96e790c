"""Names of one's own: proven, certified, watched and given up."""
