"""Accounts: what they may use, what opens them, and how they are let in or kept out."""
