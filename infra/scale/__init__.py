"""How far the platform goes: a simulation of what grows with apps and servers, and its limits."""
