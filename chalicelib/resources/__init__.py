"""One module per resource: fields, rules and states as data."""
