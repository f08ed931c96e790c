"""Proving a version of a template from the command line."""
