"""Plans that accounts buy: ordered, given by the gateway, and taken back in time."""
