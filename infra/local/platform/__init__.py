"""The whole platform on one machine: brought up, watched and taken down."""
