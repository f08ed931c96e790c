"""Asks a gateway what Hoster relies on, from outside, and tells where it answers otherwise."""
