"""The way to hosts that customers name."""
