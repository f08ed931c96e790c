"""An account as one archive that goes on without Hoster."""
