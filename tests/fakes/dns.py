"""Name servers in memory: what each of them says of each name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from chalicelib.ports.dns import Answer, Kind, settled

FIRST = "ns1.test"


@dataclass
class FakeDns:
    """`chalicelib.ports.dns.Dns` by a table of answers; whatever is not in it does not exist."""

    answers: dict[tuple[str, str], tuple[Answer, ...]] = field(default_factory=dict)
    is_cut_off: bool = False
    """Whether our own name servers answer nothing."""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, name: str, kind: Kind, *, seconds: float = 8.0) -> Answer:
        return settled(self.ask_each(name, kind, seconds=seconds))

    def ask_each(self, name: str, kind: Kind, *, seconds: float = 8.0) -> tuple[Answer, ...]:
        self.asked.append((name, kind))
        if self.is_cut_off:
            why = "the name servers here do not answer"
            return (Answer(name, kind, "unreachable", detail=why, is_unheard=True),)
        nothing = Answer(name, kind, "no_name", server=FIRST, zone=self.registered_name(name))
        return self.answers.get((name, kind), (nothing,))

    def registered_name(self, name: str) -> str:
        return ".".join(name.split(".")[-2:])

    def says(self, name: str, kind: Kind, *values: str, **fields: object) -> None:
        """Have the only name server say this of a name."""
        answer = Answer(name, kind, "found", values, 300, FIRST, zone=self.registered_name(name))
        self.answers[name, kind] = (replace(answer, **fields),)  # type: ignore[arg-type]

    def is_silent(self, name: str) -> None:
        """Have nobody answer for a name and its proof."""
        for one, kind in ((name, "A"), (f"_hoster-challenge.{name}", "TXT")):
            why = f"{FIRST} does not answer"
            answer = Answer(one, kind, "unreachable", server=FIRST, detail=why)  # type: ignore[arg-type]
            self.answers[one, kind] = (answer,)

    def proves(self, host: str, token: str, target: str) -> None:
        """Have a name say what it must: the token, and a CNAME to the app's automatic name."""
        self.says(f"_hoster-challenge.{host}", "TXT", token)
        self.says(host, "A", "203.0.113.10", aliases=(target,))

    def forgets(self, host: str) -> None:
        """Have a name say nothing any more."""
        for key in [key for key in self.answers if key[0].endswith(host)]:
            del self.answers[key]
