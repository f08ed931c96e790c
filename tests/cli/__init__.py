"""The command line, run as it is typed, against the product over HTTP."""
