"""How the gateway is set up: one route table for APIGate and for its stand-in."""
