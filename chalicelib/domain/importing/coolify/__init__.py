"""Coolify's service templates."""
