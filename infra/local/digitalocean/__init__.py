"""A local DigitalOcean: the API v2 calls that Hoster makes, with containers as droplets.

Reference: https://docs.digitalocean.com/reference/api/digitalocean/
"""
