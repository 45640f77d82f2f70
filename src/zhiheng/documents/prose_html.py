"""The text of a web page: a line a paragraph, cells of a table row apart by bars."""

from __future__ import annotations

from lxml import etree

_SKIPPED = {"script", "style", "noscript", "template", "head", "svg", "select", "button"}
_BLOCKS = {"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
           "table", "tbody", "thead", "blockquote", "pre", "dt", "dd", "figure", "header",
           "footer", "center", "hr", "form", "main", "aside", "nav", "br"}  # fmt: skip


def html_text(html: str) -> str:
    """Text without mark-up; a row of a table becomes ``a | b | c`` on one line.

    Broken mark-up is read as browsers read it.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    root = etree.fromstring(html.encode("utf-8", errors="replace"), parser)
    return "" if root is None else _Text().of(root)


class _Text:
    """Walks a tree once, without recursion."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._skipped = self._rows = self._cells = 0

    def of(self, root: etree._Element) -> str:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self._open(tag)
                self._say(element.text)
            else:
                self._close(tag)
                self._say(element.tail)
        self._end_line()
        return "\n".join(self._lines) + "\n"

    def _open(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "tr":
            self._end_line()
            self._rows, self._cells = self._rows + 1, 0
        elif tag in {"td", "th"}:
            if self._cells:
                self._line.append(" | ")
            self._cells += 1
        elif tag in _BLOCKS:
            self._break()

    def _close(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped -= 1
        elif tag == "tr":
            self._rows -= 1
            self._end_line()
        elif tag in _BLOCKS:
            self._break()

    def _say(self, text: str | None) -> None:
        if text and not self._skipped:
            self._line.append(text.replace("\n", " "))

    def _break(self) -> None:
        """Within a row a paragraph is a blank, elsewhere a line."""
        if self._rows:
            self._line.append(" ")
        else:
            self._end_line()

    def _end_line(self) -> None:
        line = "".join(self._line).strip()
        if line.strip("| "):
            self._lines.append(line)
        self._line = []
