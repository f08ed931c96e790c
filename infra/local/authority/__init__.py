"""The local certificate authority: Pebble, strict, over a TLS endpoint that is made once."""
