"""Puts the templates that come with Hoster into an installation's catalogue."""
