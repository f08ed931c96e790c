"""The gateways' meters."""
