"""Lists a page at a time, with links to the other pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.local.digitalocean.store import Json

USUAL = 20
MOST = 200


def paged(request: Request, member: str, found: list[Json]) -> Response:
    """One page with `links` and `meta`."""
    size = min(_asked(request, "per_page", USUAL), MOST)
    page = _asked(request, "page", 1)
    last = max((len(found) + size - 1) // size, 1)
    numbers: dict[str, int] = {}
    if page > 1:
        numbers |= {"first": 1, "prev": page - 1}
    if page < last:
        numbers |= {"next": page + 1, "last": last}
    pages = {
        name: str(request.url.include_query_params(page=number, per_page=size))
        for name, number in numbers.items()
    }
    return JSONResponse(
        {
            member: found[(page - 1) * size : page * size],
            "links": {"pages": pages} if pages else {},
            "meta": {"total": len(found)},
        }
    )


def _asked(request: Request, name: str, usual: int) -> int:
    """A number of the query; what is no number above zero is as good as none."""
    given = request.query_params.get(name, "")
    return int(given) if given.isdecimal() and int(given) > 0 else usual
