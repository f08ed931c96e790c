"""The Lambdas, one small module each, grouped by what triggers them."""
