"""Comments that would silence a linter are put out of force before the linter reads them."""

from __future__ import annotations

import io
import re
import tokenize

_PRAGMA = re.compile(r"\b(pylint|fmt|noqa|isort|type|yapf)(\s*):")


def without_pragmas(code: str) -> str:
    """`code` with "pylint: ..." and the like in comments disarmed; same length, same lines.

    The judged code must not choose what it is judged by. Strings are left as they are.
    """
    lines = code.splitlines(keepends=True)
    try:
        comments = [
            token
            for token in tokenize.generate_tokens(io.StringIO(code).readline)
            if token.type == tokenize.COMMENT and _PRAGMA.search(token.string)
        ]
    except (tokenize.TokenError, SyntaxError):
        return code
    for token in comments:
        row, column = token.start[0] - 1, token.start[1]
        if row < len(lines) and lines[row][column:].startswith(token.string):
            end = column + len(token.string)
            disarmed = _PRAGMA.sub(r"\1\2;", token.string)
            lines[row] = lines[row][:column] + disarmed + lines[row][end:]
    return "".join(lines)
