"""How a page of shell blocks is read, and what counts as printed as it is shown."""

from __future__ import annotations

import pytest

from e2e.journeys.guide import Block, blocks, differences, is_as_shown, run, script
from infra.local.platform.layout import ROOT

PAGE = """\
# A page

```sh
A=1
echo "$A"
```

```
1
```

```sh
false
```

```mermaid
flowchart LR
```

```sh
echo never
```
"""


def test_commands_and_what_they_print_are_found() -> None:
    assert blocks(PAGE) == [
        Block(3, 'A=1\necho "$A"\n', "1\n"),
        Block(12, "false\n"),
        Block(20, "echo never\n"),
    ]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("1\n", "1\n", True),
        ("1\n", "2\n", False),
        ("a … c\n", "a b c\n", True),
        ("a …\n", "a\nb\n", False),
        ("(1)\n", "1\n", False),
    ],
)
def test_dots_stand_for_anything_within_a_line(shown: str, printed: str, same: bool) -> None:
    assert is_as_shown(shown, printed) is same


def test_block_that_fails_ends_the_page_and_what_it_would_leave_goes() -> None:
    page = blocks(PAGE)

    status, output, _ = run(script(page, "echo gone"), ROOT, {}, seconds=30)

    assert status == 1
    assert output.endswith("gone\n")
    assert list(differences(page, output)) == ["line 20: it was not run"]


def test_what_prints_otherwise_is_told_with_its_line() -> None:
    page = [Block(7, "echo 2\n", "1\n")]

    _, output, _ = run(script(page, "true"), ROOT, {}, seconds=30)

    assert list(differences(page, output)) == ["line 7: it printed\n2\ninstead of\n1\n"]
