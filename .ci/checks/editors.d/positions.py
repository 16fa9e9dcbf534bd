"""Places of the protocol and places in a text, in any of the three encodings.

A place that lies inside of a character cannot be decoded, so a wrong unit fails instead of being rounded.
"""

import re

from lsprotocol import types

CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def lines(text: str) -> list[str]:
    """The lines with their ends; the last one has none and may be empty."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def offset(text: str, position: types.Position, encoding: str) -> int:
    """The index of a position in a text. Fails for one that is not there."""
    codec, width = CODECS[encoding]
    all_lines = lines(text)
    line = all_lines[position.line]
    before = line.encode(codec)[: position.character * width]
    assert len(before) == position.character * width, f"{position} is behind the end of its line"
    return sum(map(len, all_lines[: position.line])) + len(before.decode(codec))


def position(text: str, index: int, encoding: str) -> types.Position:
    """The position of an index of a text."""
    codec, width = CODECS[encoding]
    before = lines(text[:index])
    return types.Position(len(before) - 1, len(before[-1].encode(codec)) // width)


def covered(text: str, span: types.Range, encoding: str = "utf-16") -> str:
    """The text under a range."""
    return text[offset(text, span.start, encoding) : offset(text, span.end, encoding)]


def range_of(text: str, needle: str, encoding: str = "utf-16") -> types.Range:
    """The range of the first place where a text holds another."""
    start = text.index(needle)
    ends = position(text, start, encoding), position(text, start + len(needle), encoding)
    return types.Range(*ends)


def edited(text: str, edits: list[types.TextEdit], encoding: str) -> str:
    """A text after the edits of one answer. Fails where two of them overlap."""
    spans = [(offset(text, e.range.start, encoding), offset(text, e.range.end, encoding), e) for e in edits]
    spans.sort(key=lambda span: span[:2])
    for (_, end, _), (start, _, _) in zip(spans, spans[1:]):
        assert end <= start, "edits overlap"
    for start, end, edit in reversed(spans):
        text = text[:start] + edit.new_text + text[end:]
    return text
