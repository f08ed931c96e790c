"""Accounts that their owners close: time to keep them, everything removed, and a proof."""
