"""Servers that run apps: brought, checked, rested, given up or lost."""
