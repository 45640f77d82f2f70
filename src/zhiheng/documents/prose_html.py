"""The text of a web page: a line a paragraph, cells of a table row apart by bars."""

from __future__ import annotations

from html.parser import HTMLParser

_SKIPPED = {"script", "style", "noscript", "template", "head", "svg", "select", "button"}
_BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
           "table", "tbody", "thead", "blockquote", "pre", "dt", "dd", "figure", "header",
           "footer", "center", "hr", "form", "main", "aside", "nav"}  # fmt: skip


def html_text(html: str) -> str:
    """Text without mark-up; a row of a table becomes ``a | b | c`` on one line."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return parser.text()


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._skipped = 0
        self._cells = 0
        self._in_row = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "tr":
            self._end_line()
            self._in_row, self._cells = self._in_row + 1, 0
        elif tag in {"td", "th"}:
            if self._cells:
                self._line.append(" | ")
            self._cells += 1
        elif tag == "br" or tag in _BLOCKS:
            self._end_line() if not self._in_row else self._line.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif tag == "tr":
            self._in_row = max(0, self._in_row - 1)
            self._end_line()
        elif tag in _BLOCKS and not self._in_row:
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._line.append(" ".join(data.split("\n")))

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines) + "\n"

    def _end_line(self) -> None:
        line = "".join(self._line).strip()
        if line.strip("| "):
            self._lines.append(line)
        self._line = []
