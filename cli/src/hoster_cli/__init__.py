"""Hoster from a shell: what the web app does, with one token."""

__version__ = "0.1.0"
