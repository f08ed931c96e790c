"""What a provider refuses and the caller knows how to take."""

from __future__ import annotations


class Expected(Exception):
    """A refusal with one of the codes that the caller said it expects; `code` is the provider's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
