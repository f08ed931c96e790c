"""The app proxy on :9091: HAProxy, and beside it the agent that keeps its routes."""
