"""Public examples that a specification states, read with rules and without a model.

An example found here is trusted like a caller's check, so a wrong one is far worse than none:
only calls with literal arguments count, and everything doubtful is left out.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import re
from dataclasses import dataclass

from burnish.evaluation.requirements import asked_names
from burnish.records import Example

_MAX_LITERAL = 4000
_MAX_DEPTH = 40
_MAX_EXAMPLES = 200


def find_examples(text: str, entry_point: str = "") -> tuple[Example, ...]:
    """The examples of the text in its order, without duplicates.

    Read are doctests, `f(1) -> 3` (also =>, ==, =, arrows, "returns", "should return", "gives",
    "is", ...), `f("") raises ValueError`, and Markdown tables of calls and results, in prose,
    lists and code. `entry_point` and the names that the text asks for are the only ones whose
    calls count; if the text asks for none, calls of every name but the built-in ones do.
    Examples that contradict each other are all left out. Never raises on any text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    names = {entry_point, *asked_names(text)} - {""}
    found: list[tuple[int, Example]] = []
    text = _take_doctests(text, found)
    text = _take_tables(text, found)
    found += _stated(text)
    found.sort(key=lambda pair: pair[0])
    return _agreeing([example for _, example in found if _counts(example.call, names)])


def _counts(call: str, names: set[str]) -> bool:
    name = call.partition("(")[0].strip()
    return name in names if names else name not in dir(builtins)


def _agreeing(examples: list[Example]) -> tuple[Example, ...]:
    results: dict[str, set[str]] = {}
    first: dict[str, Example] = {}
    for example in examples:
        call = ast.unparse(ast.parse(example.call.strip(), mode="eval"))
        value = repr(ast.literal_eval(example.expected)) if example.expected else ""
        results.setdefault(call, set()).add(f"{example.raises}:{value}")
        first.setdefault(call, example)
    agreed = [example for call, example in first.items() if len(results[call]) == 1]
    return tuple(agreed[:_MAX_EXAMPLES])


# --- literals: a token scanner, so that the work is bounded and nothing but literals is parsed

_ESCAPE = r"\\(?:[\\'\"abfnrtv\n]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2})"
_STRING = (
    r'[bBuU]?"""(?:[^"\\]|' + _ESCAPE + r'|"(?!""))*"""'
    r"|[bBuU]?'''(?:[^'\\]|" + _ESCAPE + r"|'(?!''))*'''"
    r'|[bBuU]?"(?:[^"\\\n]|' + _ESCAPE + r')*"'
    r"|[bBuU]?'(?:[^'\\\n]|" + _ESCAPE + r")*'"
    r"|[rR]\"[^\"\\\n]*(?:\\[^\"\n][^\"\\\n]*)*\"|[rR]'[^'\\\n]*(?:\\[^'\n][^'\\\n]*)*'"
)
_NUMBER = (
    r"[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+"
    r"|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?[jJ]?|\.\d+)(?!\w)"
)
_TOKEN = re.compile(
    rf"(?P<space>\s+|\#[^\n]*\n)|(?P<value>{_STRING}|{_NUMBER}|(?:True|False|None)\b|set\(\))"
    r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>[,:])|(?P<keyword>[A-Za-z_]\w*\s*=(?!=))"
)


def _literal_end(text: str, start: int) -> int:
    """Where the literal that begins at `start` ends; -1 if there is none."""
    position, depth = start, 0
    stop = min(len(text), start + _MAX_LITERAL)
    while position < stop:
        token = _TOKEN.match(text, position, stop)
        if token is None or (depth == 0 and token.lastgroup not in ("value", "open")):
            return -1
        position = token.end()
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if depth > _MAX_DEPTH:
            return -1
        if depth == 0:
            value = _value_of(text[start:position])
            # ("a") may be meant as ("a",): doubtful.
            doubtful = value is None or (text[start] == "(" and not isinstance(value[0], tuple))
            return -1 if doubtful else position
    return -1


def _value_of(source: str) -> tuple[object] | None:
    """The literal's value in a tuple of one; None if the source is no plain literal."""
    try:
        value = ast.literal_eval(source)
        repr(value)  # refuses integers with too many digits
        return (value,)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


_CALL_START = re.compile(r"(?<![\w.])([A-Za-z_]\w{0,60})\(")


def _call_end(text: str, name_end: int) -> int:
    """Where the call whose "(" is at `name_end` ends; -1 if an argument is not literal.

    Calls without arguments are left out: their results mostly depend on what ran before.
    """
    position, depth = name_end, 0
    stop = min(len(text), name_end + _MAX_LITERAL)
    while position < stop:
        token = _TOKEN.match(text, position, stop)
        if token is None or (token.lastgroup == "keyword" and depth != 1):
            return -1
        position = token.end()
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if depth > _MAX_DEPTH:
            return -1
        if depth == 0:
            return position if _is_call(f"f{text[name_end:position]}") else -1
    return -1


def _is_call(source: str) -> bool:
    try:
        node = ast.parse(source, mode="eval").body
        if not isinstance(node, ast.Call) or not (node.args or node.keywords):
            return False
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            ast.literal_eval(argument)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


# --- doctests

_FENCE_OR_QUOTES = re.compile(r"^\s*(?:```|~~~|\"\"\"|''')")


def _take_doctests(text: str, found: list[tuple[int, Example]]) -> str:
    """Add the doctests' examples to `found`; the text with the doctests blanked out."""
    lines = text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    index, trusted = 0, True
    while index < len(lines):
        if not lines[index].lstrip(" ").startswith(">>>"):
            index += 1
            continue
        end = index
        while end < len(lines) and lines[end].strip() and not _FENCE_OR_QUOTES.match(lines[end]):
            end += 1
        trusted = _read_block("\n".join(lines[index:end]), offsets[index], found, trusted)
        lines[index:end] = [" " * len(line) for line in lines[index:end]]
        index = end
    return "\n".join(lines)


def _read_block(block: str, offset: int, found: list[tuple[int, Example]], trusted: bool) -> bool:
    """False from the first statement on that may have changed what later calls return."""
    try:
        examples = doctest.DocTestParser().get_examples(block)
    except ValueError:
        return trusted
    for example in examples:
        source = example.source.strip()
        read = _doctest(example, source)
        if read is not None and trusted and not example.options:
            found.append((offset + example.lineno, read))
        statement = not example.want and example.exc_msg is None
        if statement and read is None and not source.startswith(("from ", "import ", "#")):
            trusted = False
    return trusted


def _doctest(example: doctest.Example, source: str) -> Example | None:
    start = _CALL_START.match(source)
    end = _call_end(source, start.end() - 1) if start else -1
    if end < 0:
        return None
    call, rest = source[:end], source[end:].strip()
    if rest and not rest.startswith("#"):
        stated = [one for _, one in _stated(source)]
        return stated[0] if len(stated) == 1 and example.want.strip() in ("", "True") else None
    if example.exc_msg is not None:
        raised = _EXCEPTION.match(example.exc_msg.strip())
        return Example(call=call, raises=raised[1]) if raised and _is_exception(raised[1]) else None
    want = example.want.strip()
    if not want or _literal_end(want, 0) != len(want) or _has_ellipsis(want):
        return None
    return Example(call=call, expected=want)


def _has_ellipsis(source: str) -> bool:
    return "..." in source and source.lstrip()[:1] not in "'\""


# --- Markdown tables

_RULER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CALL_HEADS = {"call", "example", "expression", "input", "calls", "examples"}
_RESULT_HEADS = {
    "result", "returns", "expected", "output", "value", "return value", "expected result",
    "expected output", "return", "results", "raises",
}  # fmt: skip


def _take_tables(text: str, found: list[tuple[int, Example]]) -> str:
    """Add the tables' examples to `found`; the text with the table rows blanked out."""
    lines = text.split("\n")
    offset, columns = 0, None
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if "|" in line and "|" in following and _RULER.match(following):
            columns = _columns(_cells(line))
        elif "|" not in line:
            columns = None
        elif columns and not _RULER.match(line):
            cells = _cells(line)
            if len(cells) == columns[2]:
                example = _from_cells(cells[columns[0]], cells[columns[1]])
                found += [(offset, example)] if example else []
        if columns or (line.lstrip().startswith("|") and line.rstrip().endswith("|")):
            lines[index] = " " * len(line)
        offset += len(line) + 1
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    parts = re.findall(r"(?:`[^`]*`|\\\||[^|`]|`)+|(?<=\|)(?=\|)", line.strip().strip("|"))
    return [part.strip().replace("\\|", "|").strip("`").strip() for part in parts]


def _columns(heads: list[str]) -> tuple[int, int, int] | None:
    lowered = [head.lower() for head in heads]
    calls = [i for i, head in enumerate(lowered) if head in _CALL_HEADS]
    results = [i for i, head in enumerate(lowered) if head in _RESULT_HEADS]
    return (calls[0], results[0], len(heads)) if len(calls) == len(results) == 1 else None


def _from_cells(call: str, result: str) -> Example | None:
    start = _CALL_START.match(call)
    if not start or _call_end(call, start.end() - 1) != len(call):
        return None
    raised = re.fullmatch(r"(?:raises\s+)?`?([A-Z]\w*)", result)
    if raised and _is_exception(raised[1]):
        return Example(call=call, raises=raised[1])
    result = {"true": "True", "false": "False", "none": "None"}.get(result, result)
    if not result or _literal_end(result, 0) != len(result) or "..." in result:
        return None
    return Example(call=call, expected=result)


# --- statements in prose, lists and code: CALL CONNECTOR RESULT END

_TICK = r"[`*]{0,3}"
_SYMBOL = r"(?:->|-->|=>|==>|={1,3}(?!=)|→|➞|⇒|⟶|➜)"
_MODAL = r"(?:should|must|will|shall|has to|would)\s+"
_VERB = (
    rf"(?:(?:returns|gives|equals|produces|outputs|evaluates\s+to|results\s+in|is\s+equal\s+to|"
    rf"becomes|is)|{_MODAL}(?:return|give|equal|be\s+equal\s+to|produce|output|be|"
    r"evaluate\s+to|result\s+in))"
)
_KIND = (
    r"(?:(?:(?:the|an?)\s+)?(?:string|text|list|tuple|integer|int|float|number|value|dict|"
    r"dictionary|set|boolean|bool)\s+)?"
)
_CONNECTOR = re.compile(
    rf"{_TICK}(?:[ ]{{0,40}}(?:\#|//))?\s{{0,60}}(?:(?P<symbol>{_SYMBOL})|(?P<verb>{_VERB}):?\s)"
    rf"\s{{0,60}}(?(verb){_KIND})(?P<tick>{_TICK})"
)
_RAISING = re.compile(
    rf"{_TICK}(?:[ ]{{0,40}}(?:\#|//))?\s{{0,60}}(?:{_SYMBOL}\s{{0,40}})?"
    rf"(?:raises|throws|{_MODAL}(?:raise|throw)|{_SYMBOL}(?=\s{{0,40}}{_TICK}[A-Z]))"
    rf"\s+(?:an?\s+)?{_TICK}(?P<name>[A-Z]\w{{0,60}}){_TICK}"
)
_EXCEPTION = re.compile(r"(?:[a-z_]\w*\.)*([A-Z]\w{0,60})\b")
_WORD_VALUE = re.compile(r"(true|false|none)\b")


def _is_exception(name: str) -> bool:
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return issubclass(known, BaseException)
    return name.endswith(("Error", "Exception"))


@dataclass
class _Place:
    """Where the last accepted statement ended, and whether it may be followed on its line."""

    end: int = 0
    chained: bool = False


def _stated(text: str) -> list[tuple[int, Example]]:
    found: list[tuple[int, Example]] = []
    last, position = _Place(), 0
    while start := _CALL_START.search(text, position):
        position = start.end()
        end = _call_end(text, start.end() - 1)
        if end < 0:
            continue
        position = end
        statement = _statement(text, start.start(), end, last)
        if statement is not None:
            example, position = statement
            found.append((start.start(), example))
    return found


def _statement(text: str, start: int, end: int, last: _Place) -> tuple[Example, int] | None:
    call = text[start:end]
    strict = _before_is_sound(text, start, last)
    if strict is None:
        return None
    raising = _RAISING.match(text, end)
    if raising and _is_exception(raising["name"]):
        if "..." in call or not _ends(text, raising.end(), symbolic=False, raising=True):
            return None
        last.end, last.chained = raising.end(), False
        return Example(call=call, raises=raising["name"]), raising.end()
    joined = _CONNECTOR.match(text, end)
    if not joined or "..." in call or (_only_keywords(call) and joined["symbol"] in (None, "->")):
        return None
    value, value_end = _result(text, joined.end(), joined["verb"] is not None)
    if not value or (joined["symbol"] == "=" and _is_formula(text, call)):
        return None
    close = re.compile(_TICK).match(text, value_end)
    after = close.end() if close else value_end
    symbolic = joined["symbol"] is not None
    if not _ends(text, after, symbolic=symbolic, asserted=strict == "assert"):
        return None
    last.end, last.chained = after, symbolic
    return Example(call=call, expected=value), after


def _result(text: str, start: int, prose: bool) -> tuple[str, int]:
    word = _WORD_VALUE.match(text, start)
    if word:
        return word[0].capitalize(), word.end()
    end = _literal_end(text, start)
    value = text[start:end] if end > 0 else ""
    return ("", start) if _has_ellipsis(value) else (value, end)


def _is_formula(text: str, call: str) -> bool:
    """The text also has `f(n) = ...`: a recurrence, whose lines may be about something else."""
    name = call.partition("(")[0]
    return re.search(rf"\b{name}\([a-z]\w{{0,9}}(?: ?[-+] ?\d+)?\)\s*=(?!=)", text) is not None


def _only_keywords(call: str) -> bool:
    node = ast.parse(call, mode="eval").body
    return isinstance(node, ast.Call) and not node.args


_DOUBT_BEFORE = re.compile(
    r"\b(?:if|unless|when|whenever|whether|not|never|\w{2,8}n't|no|false|fails?|which|that|without|after|before|once|assuming|"
    r"suppose|given|until|might|may|could|wrong|wrongly|incorrect|incorrectly|bug|buggy|naive|"
    r"broken|currently|previously|instead|where|with|def|class|lambda)\b",
    re.IGNORECASE,
)
_DOUBTFUL_HEADING = re.compile(
    r"\b(?:if|when|not|wrong|incorrect|invalid output|bug|buggy|currently|assuming|suppose|after|"
    r"previously|counterexamples?)\b|^\W*with\b",
    re.IGNORECASE,
)
_BEFORE_CALL = re.compile(r"(?:^|[\s(>\"'`*|:])$")
_LINE_START = re.compile(
    r"^\s*(?:[-*+•>]\s+|\d{1,3}[.)]\s+|[a-z]\)\s+)?[`*(]{0,4}(?:assert\s+)?\(?$"
)
_CHAIN = re.compile(r"^[`*]*\s*[,;]\s*[`*]*$")


def _before_is_sound(text: str, start: int, last: _Place) -> str | None:
    """None if what leads to the call makes it doubtful; "assert" after that word, else ""."""
    line_start = text.rfind("\n", 0, start) + 1
    lead = text[max(line_start, start - 80) : start]
    at_line_start = start - line_start < 80 and _LINE_START.match(lead) is not None
    asserted = "assert" if re.search(r"\bassert \(?$", lead) else ""
    if not at_line_start and not _BEFORE_CALL.search(lead):
        return None
    if not at_line_start and re.search(r"[=+/%<>@&~^\[{,(\-]\s+[`]*$|\w\($|(?:->|[=<>])\s*$", lead):
        chained = last.chained and last.end >= line_start and _CHAIN.match(text[last.end : start])
        if not chained and not re.search(r",\s+[`]*$", lead):
            return None
    if last.end >= line_start and last.chained and _CHAIN.match(text[last.end : start]):
        return asserted
    context = _sentence(text, start, max(last.end, start - 400), at_line_start)
    if (
        _DOUBT_BEFORE.search(context)
        or re.search(r"\w\(", context)
        or _doubtful_heading(text, start)
    ):
        return None
    return asserted


def _sentence(text: str, start: int, floor: int, at_line_start: bool) -> str:
    """What precedes the call in its sentence, back to `floor`."""
    context = text[floor:start]
    if at_line_start and "\n" in context:
        head, _, lead = context.rpartition("\n")
        previous = head.rsplit("\n", 1)[-1].rstrip()
        word = re.search(r"([a-z]+)$", previous)
        bullet = re.match(r"\s*(?:[-*+•>]|\d{1,3}[.)])\s", lead)
        continued = previous.endswith(",") or (word and word[1] not in ("true", "false", "none"))
        if bullet or not continued:
            return lead
    return re.split(r"[.;!?][)\"'`]*\s|\n\s*\n|\n\s*(?:[-*+•]|\d{1,3}[.)])\s|```", context)[-1]


def _doubtful_heading(text: str, start: int) -> bool:
    """The line that introduces this list or block ("Wrong results:") makes it doubtful."""
    for line in reversed(text[max(0, start - 1500) : start].split("\n")[:-1]):
        line = line.strip().strip("*_")
        if line.endswith(":") or line.startswith("#"):
            return _DOUBTFUL_HEADING.search(re.split(r"[.;!?]\s", line)[-1]) is not None
        if line and not re.match(r"[-*+•>`]|\d{1,3}[.)]|.*\w\(", line):
            return False
    return False


_DOUBT_AFTER = re.compile(
    r"\b(?:if|when|unless|or|otherwise|depending|only|approximately|about|rounded|except|maybe|"
    r"sometimes|usually|wrong|incorrect|bug|should|actually|fails?|instead|but|not|assuming|until|provided|where)\b|±|≈",
    re.IGNORECASE,
)
_REASON = re.compile(
    r",?\s+(?:because|since|as)\b|\s*\(|\s*(?:#|//)|\s+[-\u2013\u2014]{1,2}\s+(?=[A-Za-z(])"
)
_NEXT_CALL = re.compile(r"\s*[`*]*(?:assert\s+)?[A-Za-z_]\w{0,60}\(")
_NEXT_LINE = re.compile(r"\s*(?:$|[-*+•>#|`\"'(]|\d{1,3}[.)]\s|[A-Z]|//)")


def _ends(
    text: str, end: int, *, symbolic: bool, raising: bool = False, asserted: bool = False
) -> bool:
    """Whether the statement is over at `end`, and nothing after it takes it back."""
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    rest = text[end : min(line_end, end + 300)]
    if not rest.strip(" `*"):
        return _next_line_is_separate(text, line_end)
    if rest[0] == ")" and not rest[1:].strip(" .`*"):
        return _next_line_is_separate(text, line_end)
    if re.match(r"\)?[.!]\)?(?:\s|$)", rest):
        following = text[end : end + 40]
        return not re.match(r"\)?[.!]\)?\s+(?:Or|But|Unless|If not)\b", following)
    if asserted and rest[0] == ",":
        return True
    if raising and re.match(r"\s*:\s|\s+with\s+(?:(?:the|a)\s+)?message", rest):
        return True
    if rest[0] in ",;":
        after = text[end + 1 : end + 200]
        if symbolic and _NEXT_CALL.match(after):
            return True
        if not rest[1:].strip():
            return _next_line_is_separate(text, line_end)
        if rest[0] == ";":
            return _NEXT_CALL.match(after) is not None and not _DOUBT_AFTER.search(rest)
    if _REASON.match(rest):
        more = text[end : end + 300].split("\n\n")[0]
        sentence = re.split(r"\n\s*[-*+•]\s|[.;]\s|\n(?=\s*[`\w]+\()", more)[0]
        return not _DOUBT_AFTER.search(rest if symbolic else sentence)
    return False


def _next_line_is_separate(text: str, line_end: int) -> bool:
    following = text[line_end + 1 : line_end + 120].split("\n", 1)[0]
    if re.match(r"\s*(?:Or|But|Unless)\b", following):
        return False
    return bool(_NEXT_LINE.match(following) or _NEXT_CALL.match(following))
