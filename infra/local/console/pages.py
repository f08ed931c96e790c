"""The console's pages as HTML."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from infra.local.console.history import Entry, Execution

STYLE = """
:root{color-scheme:light dark;font:14px/1.45 Inter,system-ui,sans-serif}
body{max-width:1000px;margin:32px auto;padding:0 16px}
h1{font-size:20px} a{color:light-dark(#0f766e,#5eead4)}
table{border-collapse:collapse;width:100%} td,th{padding:6px 12px 6px 0;text-align:left}
td{border-top:1px solid light-dark(#e5e7eb,#374151);vertical-align:top}
.n{font-variant-numeric:tabular-nums;text-align:right;white-space:nowrap;width:1%}
.m{font-family:'JetBrains Mono',ui-monospace,monospace;font-size:13px;overflow-wrap:anywhere}
.choice,.wait{opacity:.55} .failure,.FAILED,.ABORTED,.TIMED_OUT{color:light-dark(#b91c1c,#fca5a5)}
.RUNNING{color:light-dark(#1d4ed8,#93c5fd)} .SUCCEEDED{color:light-dark(#15803d,#86efac)}
"""


def page(title: str, body: str, *, reloads: bool = False) -> str:
    """A page of the console; one that changes by itself is read again and again."""
    again = '<meta http-equiv="refresh" content="2">' if reloads else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{again}<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )


def _seconds(execution: Execution) -> str:
    if execution.ended is None:
        return "…"
    return f"{(execution.ended - execution.began).total_seconds():.1f} s"


def list_page(found: list[Execution], mail: str = "") -> str:
    """Every execution with its outcome and time; `mail` is where the mailbox is."""
    mailbox = f'<p><a href="{escape(mail)}">Mail</a></p>' if mail else ""
    if not found:
        return page(
            "Executions",
            f"{mailbox}<p>Nothing ran yet. Order a server or start an app.</p>",
            reloads=True,
        )
    rows = "".join(
        f"<tr><td>{escape(e.machine)}</td>"
        f'<td class="m"><a href="/executions/{quote(e.arn, safe="")}">{escape(e.name)}</a></td>'
        f'<td class="{e.status}">{e.status.lower()}</td>'
        f'<td class="n">{e.began:%H:%M:%S}</td><td class="n">{_seconds(e)}</td></tr>'
        for e in found
    )
    head = "<tr><th>Machine<th>Execution<th>Outcome<th>Began<th>Took</tr>"
    working = any(e.ended is None for e in found)
    return page("Executions", f"{mailbox}<table>{head}{rows}</table>", reloads=working)


def execution_page(execution: Execution, story: list[Entry]) -> str:
    """One execution as a timeline: a line for each state, with the seconds it took."""
    ends = [entry.at for entry in story[1:]]
    if execution.ended is not None:
        ends.append((execution.ended - execution.began).total_seconds())
    took = [f"{end - entry.at:.2f} s" for entry, end in zip(story, ends, strict=False)]
    took += ["…"] * (len(story) - len(took))
    rows = "".join(
        f'<tr class="{entry.kind}"><td class="n">{entry.at:.2f} s</td><td>{escape(entry.text)}</td>'
        f'<td>{entry.kind}</td><td class="n">{spent}</td></tr>'
        for entry, spent in zip(story, took, strict=True)
    )
    head = "<tr><th class=n>At<th>State<th>Kind<th class=n>Took</tr>"
    about = (
        f'<p><a href="/">Executions</a> · {escape(execution.machine)} · '
        f'<span class="{execution.status}">{execution.status.lower()}</span> · '
        f"{_seconds(execution)}</p><p class=m>{escape(execution.given)}</p>"
        f'<p class="failure">{escape(execution.cause)}</p>'
    )
    body = f"{about}<table>{head}{rows}</table>"
    return page(execution.name, body, reloads=execution.ended is None)
