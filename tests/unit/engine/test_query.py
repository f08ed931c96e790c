"""The closed grammar of list queries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import BadRequest
from chalicelib.engine.query import ListQuery, View, parse_list, parse_view, refuse_query
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.registry import RESOURCES
from chalicelib.resources.ssh_keys import SSH_KEYS
from chalicelib.resources.templates import TEMPLATES


def parse(**words: str) -> ListQuery:
    return parse_list(DEPLOYMENTS, {word: (value,) for word, value in words.items()})


def refused(words: dict[str, tuple[str, ...]]) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        parse_list(DEPLOYMENTS, words)
    assert caught.value.status == 400
    return caught.value


def test_without_words_a_hundred_are_listed() -> None:
    assert parse() == ListQuery(100, None, None, None, {}, "-created_at")


def test_every_word_is_read() -> None:
    found = parse(
        **{"page[size]": "7", "page[after]": "c", "scope": "mine", "filter[status]": "running"}
    )

    assert found == ListQuery(7, "c", None, "mine", {"status": "running"}, "-created_at")
    assert parse(**{"page[before]": "c"}).before == "c"


@pytest.mark.parametrize("size", ["1", "1000", "0001"])
def test_size_within_bounds_is_taken(size: str) -> None:
    assert parse(**{"page[size]": size}).size == int(size)


@pytest.mark.parametrize(
    "size", ["0", "1001", "-1", "+5", "", " 5", "5.0", "1e2", "٣", "²", "½", "9" * 5000, "five"]
)
def test_other_sizes_are_refused(size: str) -> None:
    error = refused({"page[size]": (size,)})

    assert error.parameter == "page[size]"
    assert "1 to 1000" in error.detail


@pytest.mark.parametrize("word", ["page[offset]", "page[number]"])
def test_offset_paging_is_refused_by_name_with_the_way_to_go(word: str) -> None:
    error = refused({word: ("5",)})

    assert (error.error_code, error.parameter) == ("unknown_query", word)
    assert word in error.detail
    assert "page[after]" in error.detail


@pytest.mark.parametrize(
    "word",
    [
        *("limit", "offset", "Sort", "include", "filter", "page", "Page[size]", "page[size", ""),
        *("filter[name]", "filter[]", "filter[status", "filter[statusx", "filter[status)"),
        *("filter[status]x", "filter[[status]", "fields[invoices]", "scope[]", "page[size]]"),
    ],
)
def test_unknown_word_is_refused_by_name_with_what_exists(word: str) -> None:
    error = refused({word: ("running",)})

    assert (error.error_code, error.parameter) == ("unknown_query", word)
    assert error.detail.startswith(f"{word} is not known here.")
    for known in (
        "page[size]",
        "page[after]",
        "scope",
        "sort",
        "filter[node_id]",
        "filter[status]",
    ):
        assert known in error.detail


@pytest.mark.parametrize("scope", ["", "all", "MINE", "mine "])
def test_only_own_things_are_a_scope(scope: str) -> None:
    assert refused({"scope": (scope,)}).parameter == "scope"


@pytest.mark.parametrize("word", ["page[size]", "page[after]", "scope", "filter[status]"])
def test_word_may_stand_once(word: str) -> None:
    assert refused({word: ("1", "1")}).parameter == word


@pytest.mark.parametrize("word", ["page[after]", "page[before]", "filter[status]"])
def test_word_without_value_is_refused_not_forgotten(word: str) -> None:
    error = refused({word: ("",)})

    assert error.parameter == word


def test_both_directions_at_once_are_refused() -> None:
    error = refused({"page[after]": ("a",), "page[before]": ("b",)})

    assert error.parameter == "page[before]"


def test_two_filters_at_once_are_refused() -> None:
    error = refused({"filter[status]": ("running",), "filter[node_id]": ("node_1",)})

    assert error.parameter == "filter"


def test_resource_without_filters_has_none() -> None:
    with pytest.raises(BadRequest, match=r"filter\[status\] is not known"):
        parse_list(SSH_KEYS, {"filter[status]": ("active",)})


@given(st.dictionaries(st.text(), st.lists(st.text(), min_size=1, max_size=2).map(tuple)))
def test_any_words_are_understood_or_a_bad_request(words: dict[str, tuple[str, ...]]) -> None:
    known = {"page[size]", "page[after]", "page[before]", "scope", "sort"}
    if not words or set(words) & known:
        return

    refused(words)


def viewed(word: str, value: str) -> View:
    return parse_list(DEPLOYMENTS, {word: (value,)}, RESOURCES).view


def test_newest_first_without_a_sort_and_oldest_first_with_one() -> None:
    assert parse().sort == "-created_at"
    assert parse(sort="created_at").sort == "created_at"


@pytest.mark.parametrize("sort", ["", "name", "-name", "+created_at", "created_at,-created_at"])
def test_sort_that_no_index_backs_is_refused_with_those_that_exist(sort: str) -> None:
    error = refused({"sort": (sort,)})

    assert (error.error_code, error.parameter) == ("bad_request", "sort")
    assert error.detail.endswith("These are: -created_at, created_at.")


def test_resource_brings_words_of_its_own() -> None:
    searched = replace(
        TEMPLATES,
        filters=frozenset({"search", "category"}),
        filters_join=True,
        sorts=("-popularity", "name"),
    )

    found = parse_list(searched, {"filter[search]": ("wiki",), "filter[category]": ("web",)})

    assert found.filters == {"search": "wiki", "category": "web"}
    assert found.sort == "-popularity"


def test_fields_are_named_for_each_type_within_reach() -> None:
    assert viewed("fields[deployments]", "name,status,node").fields == {
        "deployments": {"name", "status", "node"}
    }
    assert viewed("fields[nodes]", "name").fields == {"nodes": {"name"}}
    assert viewed("fields[nodes]", "").fields == {"nodes": frozenset()}


@pytest.mark.parametrize("names", ["colour", "name,colour", "name,", ",", " name", "snapshot"])
def test_field_that_is_none_is_refused_with_those_that_exist(names: str) -> None:
    with pytest.raises(BadRequest) as caught:
        viewed("fields[deployments]", names)

    assert (caught.value.status, caught.value.parameter) == (400, "fields[deployments]")
    assert "created_at, custom_domains, customer_id" in caught.value.detail


def test_what_lists_leave_out_cannot_be_asked_of_a_list_or_of_what_comes_along() -> None:
    words = {"fields[templates]": ("compose_spec",)}

    assert parse_view(TEMPLATES, words).fields == {"templates": {"compose_spec"}}
    for refusing in (
        lambda: parse_list(TEMPLATES, words),
        lambda: parse_view(DEPLOYMENTS, words, RESOURCES),
    ):
        with pytest.raises(BadRequest, match="does not know compose_spec"):
            refusing()


def test_relations_are_included_once_each() -> None:
    assert viewed("include", "node,template,node").include == ("node", "template")
    assert viewed("include", "").include == ()
    assert viewed("sort", "created_at").include is None


@pytest.mark.parametrize("names", ["node_id", "customer", "node.ssh_key", "template,owner", ","])
def test_relation_that_is_none_is_refused_with_those_that_exist(names: str) -> None:
    with pytest.raises(BadRequest) as caught:
        viewed("include", names)

    assert (caught.value.status, caught.value.parameter) == (400, "include")
    assert caught.value.detail.endswith("These are: backup_target, node, template.")


def test_nothing_is_included_where_no_relation_leads() -> None:
    with pytest.raises(BadRequest) as caught:
        parse_list(SSH_KEYS, {"include": ("provision",)}, RESOURCES)

    assert caught.value.error_code == "unknown_query"


def test_operation_refuses_words_that_it_does_not_know() -> None:
    refuse_query({"limit": ("5",), "type": ("x",)}, "limit", "type")

    with pytest.raises(BadRequest) as caught:
        refuse_query({"tail": ("5",)}, "limit", "type")
    assert (caught.value.error_code, caught.value.parameter) == ("unknown_query", "tail")
    assert "limit, type" in caught.value.detail
    with pytest.raises(BadRequest, match="These are: none"):
        refuse_query({"limit": ("5",)})
