"""A local Hetzner Cloud: the API v1 calls that Hoster makes, with servers that are states alone.

Reference: https://docs.hetzner.cloud/
"""
