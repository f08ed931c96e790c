"""Everything that can be checked, part by part, in the order in which it is cheapest to fail."""
