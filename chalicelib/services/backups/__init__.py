"""Backups of apps: made, kept, and brought back."""
