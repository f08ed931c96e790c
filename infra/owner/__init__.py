"""What the owner of the platform does to accounts, apps and templates: `make owner-…`."""
