"""HTML by small functions; every text is escaped here and nowhere else."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Text that is HTML already and must not be escaped again."""

    __slots__ = ()


def safe(text: object) -> Html:
    """Any text as HTML: `<b>` shows as `<b>`.

    >>> safe("<b>")
    '&lt;b&gt;'
    """
    return text if isinstance(text, Html) else Html(escape(str(text), quote=True))


def tag(name: str, content: object = "", **attributes: object) -> Html:
    """An element; attributes ending in `_` drop it (`class_`), other `_` become `-`.

    >>> tag("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{safe(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{written}>{safe(content)}</{name}>")


def joined(parts: Iterable[object], between: str = "\n") -> Html:
    """Parts one after the other."""
    return Html(between.join(safe(part) for part in parts))


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, texts: Sequence[int] = (0,)) -> Html:
    """A table in a box that scrolls by itself; the first cell of a row is its heading.

    texts : columns that hold text and stand left; all others are numbers and stand right
    """

    def side(column: int) -> dict[str, str]:
        return {"class_": "text"} if column in texts else {}

    top = joined((tag("th", name, scope="col", **side(i)) for i, name in enumerate(head)), "")
    body = [
        tag(
            "tr",
            joined(
                (
                    tag("th", cell, scope="row", **side(i)) if i == 0 else tag("td", cell, **side(i))
                    for i, cell in enumerate(row)
                ),
                "",
            ),
        )
        for row in rows
    ]
    inner = joined([tag("caption", caption), tag("thead", tag("tr", top)), tag("tbody", joined(body))])
    return tag("div", tag("table", inner), class_="scroll", tabindex="0", role="region", aria_label=caption)


def image(png: bytes, *, alt: str, width: int, height: int) -> Html:
    """A picture inside the page, so that nothing is loaded from anywhere."""
    source = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    return Html(f'<img src="{source}" alt="{safe(alt)}" width="{width}" height="{height}">')


def items(texts: Iterable[object]) -> Html:
    """A list."""
    return tag("ul", joined(tag("li", text) for text in texts))


def terms(pairs: Iterable[tuple[object, object]]) -> Html:
    """A list of words and what they mean."""
    return tag("dl", joined(joined([tag("dt", term), tag("dd", means)]) for term, means in pairs))


def section(key: str, heading: str, *content: object) -> Html:
    """A part of the page with its heading; empty content is left out."""
    parts = [tag("h2", heading, id=f"{key}-h"), *(c for c in content if c)]
    return tag("section", joined(parts), id=key, aria_labelledby=f"{key}-h")


def page(*, title: str, language: str, style: str, body: Html) -> str:
    """A whole document that may load nothing: no script, no font, no picture from outside."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


CSS = """
:root{color-scheme:light;--ink:#1a1a1a;--muted:#555;--line:#c9c7bf;--soft:#f6f5f1;--link:#00539f;--alarm:#8f1d00}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:17px/1.55 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,footer,nav{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
h1{font-size:clamp(1.6rem,4vw,2.3rem);line-height:1.2;margin:0}
h2{font-size:1.4rem;line-height:1.25;margin:2.8rem 0 .7rem;border-top:2px solid var(--ink);padding-top:.7rem}
p,ul{max-width:46rem}
a{color:var(--link)}
.muted,figcaption,footer{color:var(--muted)}
.answer{background:var(--soft);border-left:6px solid #0072b2;padding:.4rem 1.25rem 1rem;margin:1.5rem 0}
.answer h2{border:0;margin:.6rem 0 .3rem;padding:0}
.answer p{font-size:1.12rem;margin:.55rem 0}
.alarm{background:#fff1ec;border:3px solid var(--alarm);color:var(--alarm);padding:.6rem 1.25rem 1rem;margin:1.5rem 0}
.alarm h2{border:0;margin:.4rem 0;padding:0;font-size:1.5rem}
.failed{color:var(--alarm);font-weight:700}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;max-width:none}
nav a{display:inline-block;padding:.2rem 0}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.5rem;z-index:1}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
figure{margin:1.4rem 0 2rem}
img{max-width:100%;height:auto;border:1px solid var(--line);display:block}
figcaption{font-size:.92rem;max-width:46rem;margin-top:.4rem}
.scroll{overflow-x:auto;margin:1rem 0}
.tall{max-height:36rem;overflow:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.3rem 0;caption-side:top}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top;font-weight:400}
thead th{font-weight:600;border-bottom:2px solid var(--ink);vertical-align:bottom}
tbody th{min-width:9rem}
td:not(.text){white-space:nowrap}
.text{text-align:left}
tbody tr:nth-child(even){background:var(--soft)}
dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 0 1.2rem;max-width:46rem}
.language{text-align:right;margin:0;max-width:none}
summary{cursor:pointer;padding:.5rem 0;font-weight:600}
footer{padding-top:1.5rem;padding-bottom:2.5rem;font-size:.92rem}
@media(max-width:40rem){body{font-size:16px}th,td{padding:.3rem .4rem}tbody th{min-width:7rem}}
@media print{
  body{font-size:10.5pt}nav,.skip{display:none}main,header,footer{max-width:none;padding:0}
  h2{break-after:avoid}figure,tr{break-inside:avoid}.scroll,.tall{overflow:visible;max-height:none}
  thead{display:table-header-group}a{color:inherit;text-decoration:none}
}
"""
