"""The people of APIGate's accounts, by its admin API: `chalicelib.ports.people.People`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from chalicelib.adapters.metering.edge import Edge, NoAnswer, NotReached, Said
from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, NotFound
from chalicelib.ports.people import Person

PAGE = 100
"""The most accounts that the gateway tells at a time."""
OPERATOR = "admin_"
"""How ids of the operator's own accounts begin, which are nobody's of the product."""
MOST_PAGES = 10_000
"""Where a gateway is believed to answer the same page again and again."""
NOT_FOUND = 404
Json = dict[str, Any]


class APIGatePeople:
    """The people of one gateway's accounts."""

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self.edge = Edge(url, secret)

    def get(self, account: str) -> Person | None:
        """The person of an account."""
        said = self._read(_path(account))
        return None if said.status == NOT_FOUND else _person(_data(said, dict))

    def find(self, email: str) -> Person | None:
        """The person with a mail address, exactly or in other letters."""
        alike = []
        for person in self._all():
            if person.email == email:
                return person
            if person.email.casefold() == email.casefold():
                alike.append(person)
        return alike[0] if len(alike) == 1 else None

    def set_password(self, account: str, password: str) -> None:
        """Have an account sign in with another password."""
        body = json.dumps({"password": password}).encode()
        try:
            said = self.edge.ask(
                "PATCH", _path(account), body, {"Content-Type": "application/json"}
            )
        except NotReached as error:
            raise GatewayUnavailable(str(error)) from error
        except NoAnswer as error:
            detail = f"The gateway did not answer a change of password: {error}."
            raise GatewayInDoubt(detail) from error
        if said.status == NOT_FOUND:
            raise NotFound(f"The gateway knows no account {account}.")
        if said.status != 200 or not _names(said, account):
            detail = f"The gateway answered a change of password with {said.status}."
            # An edge that ran out of patience knows no more than we do.
            doubt = said.status >= 500 or said.status in {200, 408}
            raise GatewayInDoubt(detail) if doubt else GatewayUnavailable(detail)

    def _all(self) -> Iterator[Person]:
        """Everybody, a page at a time."""
        for number in range(1, MOST_PAGES + 1):
            # The edge admits these two words, in this order, and no others.
            said = self._read(f"/users?page%5Bnumber%5D={number}&page%5Bsize%5D={PAGE}")
            found = _data(said, list)
            people = map(_person, found)
            yield from (one for one in people if not one.account.startswith(OPERATOR))
            if len(found) < PAGE:
                return

    def _read(self, path: str) -> Said:
        """Ask, and once more over a new connection when the one that was kept had ended."""
        for last in (False, True):
            try:
                said = self.edge.ask("GET", path, b"", {})
            except NotReached as error:
                raise GatewayUnavailable(str(error)) from error
            except NoAnswer as error:
                if last:
                    detail = f"The gateway did not tell an account: {error}."
                    raise GatewayUnavailable(detail) from error
            else:
                break
        if said.status not in {200, NOT_FOUND}:
            raise GatewayUnavailable(f"The gateway answered about an account with {said.status}.")
        return said


def _path(account: str) -> str:
    return f"/users/{quote(account, safe='')}"


def _data(said: Said, kind: type) -> Any:
    """What a document holds. Raises `GatewayUnavailable` for a page of somebody between."""
    try:
        data = json.loads(said.text)["data"]
    except (ValueError, LookupError, TypeError):
        data = None
    if not isinstance(data, kind):
        raise GatewayUnavailable("The gateway's answer about accounts is no document of its own.")
    return data


def _person(data: Json) -> Person:
    try:
        told = data["attributes"]
        return Person(
            account=str(data["id"]),
            email=str(told["email"]),
            name=str(told.get("name") or ""),
            is_active=told["status"] == "active",
        )
    except (LookupError, TypeError, AttributeError):
        raise GatewayUnavailable("The gateway tells an account without what it has.") from None


def _names(said: Said, account: str) -> bool:
    """Whether an answer is about the account, and not a page of somebody between."""
    try:
        return bool(json.loads(said.text)["data"]["id"] == account)
    except (ValueError, LookupError, TypeError):
        return False
