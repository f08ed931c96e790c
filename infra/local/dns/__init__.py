"""The local name server: Knot, authoritative for `localhost.`, changed by signed updates."""
