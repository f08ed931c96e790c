"""The domain name system over dnspython."""
