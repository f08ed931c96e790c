"""The edge of every function that another function asks and waits for.

`@call(asks=…)` stands over a plain function that takes what was asked and returns a plain answer.
Product errors travel as data, so that the function that asked raises the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from chalicelib.domain.errors import ProductError, Unavailable
from chalicelib.domain.errors_as_data import as_data
from chalicelib.runtime.declaration import Called, Handler, Layer, Need
from chalicelib.runtime.observe import logger

Asked = TypeVar("Asked", bound=BaseModel)
TIMEOUT = 24
"""Seconds: less than whoever asks waits for the answer."""


def call(
    *,
    asks: type[Asked],
    needs: tuple[Need, ...] = (),
    layers: tuple[Layer, ...] = (),
    memory: int = 512,
) -> Callable[[Callable[[Asked], dict[str, Any]]], Handler]:
    """Declare one called function by what it is asked."""
    declaration = Called(needs=needs, layers=layers, memory=memory, timeout=TIMEOUT, asks=asks)

    def wrap(run: Callable[[Asked], dict[str, Any]]) -> Handler:
        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            return answer(declaration, run, event)

        handler.__doc__ = run.__doc__
        handler.__module__ = run.__module__
        handler.declarations = (declaration,)  # type: ignore[attr-defined]
        return handler

    return wrap


def answer(
    declaration: Called, run: Callable[[Any], dict[str, Any]], event: dict[str, Any]
) -> dict[str, Any]:
    """Answer one call: `answer`, or `error` as data."""
    logger.append_keys(call=run.__module__)
    try:
        given = declaration.asks.model_validate(event)
        answered = {"answer": run(given)}
    except ProductError as error:
        logger.info("refused", extra={"code": error.error_code})
        return {"error": as_data(error)}
    except Exception:
        logger.exception("The call failed")
        detail = "Something went wrong on our side; it is logged."
        return {"error": as_data(Unavailable(detail))}
    logger.info("answered")
    return answered
