"""Looks from outside made real."""
