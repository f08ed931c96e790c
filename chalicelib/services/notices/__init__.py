"""Notices of what happened, sent to whom it concerns."""
