"""Lambdas that other functions ask and wait for."""
