"""Words that were typed with one mistake: which known words they may have meant."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST = 4
"""Letters of a word that may hold a mistake: of a shorter one, half would be something else."""
MOST = 20
"""How many known words one typed word may mean."""


def meant(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known words that begin as the typed one but for one mistake, the shortest first.

    A mistake is a letter too many, one that is missing, another one, or two that changed places.
    """
    if len(typed) < SHORTEST or not typed.isalpha():
        return ()
    found = [word for word in known if nearly_begins(typed, word)]
    return tuple(sorted(found, key=lambda word: (len(word), word))[:MOST])


def nearly_begins(typed: str, word: str) -> bool:
    """Whether a word begins with what was typed, but for one mistake at most."""
    same = 0
    for ours, theirs in zip(typed, word, strict=False):
        if ours != theirs:
            break
        same += 1
    if same == len(typed):
        return True
    rest = typed[same + 1 :]
    swapped = typed[same + 1 : same + 2] + typed[same] + typed[same + 2 :]
    return (
        word.startswith(rest, same + 1)
        or word.startswith(rest, same)
        or word.startswith(typed[same:], same + 1)
        or word.startswith(swapped, same)
    )
