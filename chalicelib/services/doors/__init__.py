"""The doors of nodes, and the installation's own authority that they and the app proxies trust."""
