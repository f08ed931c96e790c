"""Templates of Portainer."""
