"""Puts other secrets of an installation into the place of the present ones, without downtime."""
