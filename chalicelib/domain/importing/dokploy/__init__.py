"""Templates of Dokploy."""
