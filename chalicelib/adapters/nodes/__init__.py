"""Servers reached over SSH, and the Docker Engine on them: `chalicelib.ports.nodes` made real."""
