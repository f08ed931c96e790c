"""Work that takes long: begun once, followed, recovered, and told to people."""
