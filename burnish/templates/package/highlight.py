"""Source as lines of safe HTML with classes for a few kinds of token."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from pygments.util import ClassNotFound

from burnish.templates.printable import printable

_CLASSES: tuple[tuple[Any, str], ...] = (
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Decorator, "decorator"),
)


def highlighted(code: str, fence: str) -> list[Markup]:
    """One piece of HTML per line; everything from the source is escaped."""
    text = printable(code).removesuffix("\n")
    try:
        lexer = get_lexer_by_name(fence, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return [Markup.escape(line) for line in text.split("\n")]
    lines = [Markup()]
    for kind, value in lex(text, lexer):
        name = next((name for token, name in _CLASSES if kind in token), "")
        for i, piece in enumerate(value.split("\n")):
            if i:
                lines.append(Markup())
            if piece:
                lines[-1] += Markup('<i class="{}">{}</i>').format(name, piece) if name else piece
    return lines
