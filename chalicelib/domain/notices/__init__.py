"""Notices: what of all that happens people are told without looking, and in which words."""
