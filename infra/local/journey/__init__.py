"""One whole life of an app against the running platform, told line by line."""
