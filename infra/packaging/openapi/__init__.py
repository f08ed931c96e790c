"""The OpenAPI document that clients read, written from what the functions declare.

`python -m infra.packaging.openapi build/openapi.json` writes it.
"""
