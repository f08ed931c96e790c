"""Files that can be printed."""
