"""Another version, or other values, for an app: with its data, and back when it fails."""
