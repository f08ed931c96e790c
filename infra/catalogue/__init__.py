"""Checks a catalogue of templates file by file: what parses, what is planned, what is refused."""
