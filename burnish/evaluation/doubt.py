"""Whether the words around a statement leave no doubt that it holds as it stands.

Before it: conditions, negations, headings such as "Wrong results:", a larger expression. After it:
anything that goes on with the value, limits it or takes it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass
class Place:
    """Where the last accepted statement ended, and whether it may be followed on its line."""

    end: int = 0
    chained: bool = False


_DOUBT_BEFORE = re.compile(
    r"\b(?:if|unless|when|whenever|whether|not|never|\w{2,8}n't|no|false|fails?|"
    r"which|that|without|after|before|once|assuming|suppose|given|until|might|"
    r"may|could|wrong|wrongly|incorrect|incorrectly|bug|buggy|naive|broken|"
    r"currently|previously|instead|where|with|def|class|lambda)\b",
    re.IGNORECASE,
)
_DOUBTFUL_HEADING = re.compile(
    r"\b(?:if|when|not|wrong|incorrect|invalid output|bug|buggy|currently|assuming|suppose|after|"
    r"previously|counterexamples?)\b|^\W*with\b",
    re.IGNORECASE,
)
_HEADING = re.compile(r"\W*(?:some |for )?(?:examples?|samples?|usage|tests?)\W*", re.IGNORECASE)
_BEFORE_CALL = re.compile(r"(?:^|[\s(>\"'`*|:])$")
_IN_EXPRESSION = re.compile(r"[=+*/%<>@&~^\[{,(\-]\s+[`]*$|\w\($|(?:->|[=<>])\s*$")
_OF_THE_RESULT = re.compile(
    r"(?P<noun>\w+)\s+(?:of|in|from)\s+[`(*]*$"
    r"|\b(?:twice|half|double|plus|minus|times|second|third|next|last|another)\s+[`(*]*$",
    re.IGNORECASE,
)
_THE_RESULT = {"result", "results", "value", "output", "outcome", "answer", "call", "example"}
_LINE_START = re.compile(
    r"^\s*(?:[-*+•>]\s+|\d{1,3}[.)]\s+|[a-z]\)\s+)?[`*(]{0,4}(?:assert\s+)?\(?$"
)
_CHAIN = re.compile(r"^[`*]*\s*[,;]\s*[`*]*$")


def lead_is_sound(text: str, start: int, last: Place) -> str | None:
    """None if what leads to the call makes it doubtful; "assert" after that word, else ""."""
    line_start = text.rfind("\n", 0, start) + 1
    lead = text[max(line_start, start - 80) : start]
    at_line_start = start - line_start < 80 and _LINE_START.match(lead) is not None
    asserted = "assert" if re.search(r"\bassert \(?$", lead) else ""
    if not at_line_start and not _BEFORE_CALL.search(lead):
        return None
    if not at_line_start and _IN_EXPRESSION.search(lead):
        chained = last.chained and last.end >= line_start and _CHAIN.match(text[last.end : start])
        if not chained and not re.search(r",\s+[`]*$", lead):
            return None
    more = _OF_THE_RESULT.search(lead)  # "the sum of f(2)" is not f(2)
    if more and (more["noun"] or "").lower() not in _THE_RESULT:
        return None
    if last.end >= line_start and last.chained and _CHAIN.match(text[last.end : start]):
        return asserted
    context = _sentence(text, start, max(last.end, start - 400), at_line_start)
    if (
        _DOUBT_BEFORE.search(context)
        or re.search(r"\w\(", context)
        or doubtful_heading(text, start)
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
        if bullet or not continued or _HEADING.fullmatch(previous):
            return lead
    return re.split(r"[.;!?][)\"'`]*\s|\n\s*\n|\n\s*(?:[-*+•]|\d{1,3}[.)])\s|```", context)[-1]


def doubtful_heading(text: str, start: int) -> bool:
    """The line that introduces this list or block ("Wrong results:") makes it doubtful."""
    for line in reversed(text[max(0, start - 1500) : start].split("\n")[:-1]):
        line = line.strip().strip("*_")
        if line.endswith(":") or line.startswith("#"):
            return _DOUBTFUL_HEADING.search(re.split(r"[.;!?]\s", line)[-1]) is not None
        if line and not re.match(r"[-*+•>`|]|\d{1,3}[.)]|.*\w\(", line):
            return False
    return False


_DOUBT_AFTER = re.compile(
    r"\b(?:if|when|unless|or|otherwise|depending|only|approximately|about|rounded|except|maybe|"
    r"sometimes|usually|wrong|incorrect|bug|should|actually|fails?|instead|"
    r"but|not|assuming|until|provided|where)\b|±|≈",
    re.IGNORECASE,
)
_REASON = re.compile(
    r",?\s+(?:because|since|as)\b|\s*\(|\s*(?:#|//)|\s+[-\u2013\u2014]{1,2}\s+(?=[A-Za-z(])"
)
_NEXT_CALL = re.compile(r"\s*[`*]*(?:assert\s+)?[A-Za-z_]\w{0,60}\(")
_NEXT_STATEMENT = re.compile(
    r",?\s+(?:and|while)\s+[`*]*[A-Za-z_]\w{0,60}\([^\n]*?\)[`*]*\s+"
    r"(?:returns|gives|equals|raises|throws|produces|outputs|becomes|is|should|must|will)\s"
)
_NEXT_LINE = re.compile(r"\s*(?:$|[-*+•>#|`\"'(]|\d{1,3}[.)]\s|[A-Z]|//)")


def is_over(
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
    if not symbolic and _NEXT_STATEMENT.match(rest):
        return not _DOUBT_AFTER.search(re.split(r"[.;]\s", rest)[0])
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
