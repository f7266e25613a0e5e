"""What a specification fixes in plain words: names to define, bounds on time, memory, growth.

Read with rules, without a model. What a rule is not sure of, it leaves out.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re

from burnish.records import PerformanceRequirement

_BOUND = (
    r"(?:under|less than|fewer than|within|at most|no more than|not more than|no longer than|"
    r"below|up to|in|(?:not|never) exceed|a maximum of|<=?|≤)"
)
_VERB = (
    r"\b(?:takes?|runs?|finish(?:es)?|completes?|executes?|returns?|responds?|uses?|consumes?|"
    r"needs?|requires?|allocates?|stays?|time|memory|RAM|runtime)\b"
)
_QUANTITY = re.compile(
    rf"{_VERB}(?P<gap>[^.;\n\"]{{0,50}}?)\b{_BOUND}\s+(?:about\s+)?"
    r"(?P<number>\d{1,9}(?:\.\d{1,6})?)\s*"
    r"(?P<unit>seconds?|secs?|s|milliseconds?|msecs?|ms|minutes?|[kmg]i?b)\b(?P<after>.{0,25})",
    re.IGNORECASE,
)
_UNITS = {"s": 1.0, "se": 1.0, "mi": 60.0, "ms": 0.001}
_SIZES = {"k": 1024, "m": 1024**2, "g": 1024**3}
_ABOUT_DATA = re.compile(
    r"\b(?:timeout|delay|interval|duration|gap|pause|window|file|files|buffer|chunk|chunks|text|"
    r"string|argument|parameter|disk|upload|message)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:that|which|who|whose|if|when|whenever|while|any|every)\b[^,]{0,40}$", re.IGNORECASE
)
_NO_BOUND_AFTER = re.compile(r"\s*(?:or\b|otherwise|else\b|per\b(?! (?:call|run))|each\b)")

_BIG_O = re.compile(r"\bO\(([^()]{1,20}(?:\([^()]{0,10}\))?[^()]{0,10})\)(?P<after>.{0,25})")
_IN_WORDS = re.compile(r"\b(linear|linearithmic|quadratic|cubic)[- ]time\b(?P<after>.{0,25})", re.I)
_GROWTH = {
    "n": 1.0, "n+m": 1.0, "m+n": 1.0, "linear": 1.0, "k": 1.0, "logn": 0.5, "sqrtn": 0.5,
    "nlogn": 1.2, "linearithmic": 1.2, "nlogk": 1.2,
    "n^2": 2.0, "nm": 2.0, "nn": 2.0, "quadratic": 2.0, "n^3": 3.0, "cubic": 3.0,
}  # fmt: skip
_NOT_WANTED = re.compile(
    r"\b(?:not|avoid|instead of|than|naive|never|no|brute[- ]force)\b[^,;]{0,30}$", re.IGNORECASE
)
_OF_SPACE = re.compile(
    r"^\W{0,2}(?:extra |additional |auxiliary )*(?:space|memory)|^ per\b|^ each\b|^ amortized", re.I
)

_ERRORS = re.compile(
    r"(?i:\b(?:rais(?:e|es|ing)\b|throw|err(?:or)?s?\b|exception|invalid|illegal|reject|refus|fail"
    r"|panic|must not|not allowed|forbidden))|\w(?:Error|Exception)\b"
)


def find_performance(text: str) -> PerformanceRequirement:
    """Bounds that the text puts on the solution: seconds, bytes, exponent of growth.

    A duration or size counts only with a bounding word after a verb of running or using, so that
    those that belong to the problem ("files of 64 MB are split") are not taken. Of several
    bounds the loosest holds. Constant time gives no bound: growth is measured for the function
    as a whole, and such words mostly speak of one operation.
    """
    seconds: list[float] = []
    sizes: list[int] = []
    for match in _QUANTITY.finditer(text):
        before = _sentence_before(text, match.start())
        if (
            _RELATIVE.search(before)
            or _ABOUT_DATA.search(match["gap"])
            or _NO_BOUND_AFTER.match(match["after"])
        ):
            continue
        number, unit = float(match["number"]), match["unit"].lower()
        if unit.endswith("b"):
            if not _ABOUT_DATA.search(before + match["after"]):
                sizes.append(int(number * _SIZES[unit[0]]))
        else:
            key = "ms" if unit.startswith(("ms", "milli")) else unit[:2]
            seconds.append(number * _UNITS[key])
    return PerformanceRequirement(
        max_seconds=max((s for s in seconds if s > 0), default=None),
        max_memory_bytes=max((s for s in sizes if s > 0), default=None),
        max_growth=max(_growths(text), default=None),
    )


def _growths(text: str) -> list[float]:
    found: list[float] = []
    for match in [*_BIG_O.finditer(text), *_IN_WORDS.finditer(text)]:
        term = re.sub(
            r"[\s*·\u00d7()]+", "", match[1].replace("**", "^").replace("²", "^2")
        ).lower()
        before = _sentence_before(text, match.start())
        quoted = before.count('"') % 2 == 1
        if term in _GROWTH and not (
            quoted or _NOT_WANTED.search(before) or _OF_SPACE.match(match["after"])
        ):
            found.append(_GROWTH[term])
    return found


def _sentence_before(text: str, position: int) -> str:
    start = max(0, position - 200)
    return re.split(r"[.;!?]\s|\n\s*\n|\n\s*[-*] ", text[start:position])[-1]


_NAME = r"[A-Za-z_]\w{0,60}"
_FILL = (
    r"(?:an?|the|one|new|simple|small|single|python|pure|async|asynchronous|public|function|"
    r"class|generator|coroutine|decorator|context manager|dataclass|called|named|module|with|"
    r"following|for|me|us|exception)"
)
_ASKED = re.compile(
    r"\b(?:write|implement|create|define|build|provide|develop|complete|make|add|need|want)"
    rf"(?:\s+{_FILL}){{0,8}}\s+(?:`(?P<quoted>{_NAME})(?:\([^`]*\)[^`]{{0,80}})?`"
    rf"|(?P<called>{_NAME})\()",
    re.IGNORECASE,
)
_CALLED = re.compile(
    rf"\b(?:function|class|coroutine|generator|decorator)\s+(?:(?:is\s+)?(?:called|named)\s+`?"
    rf"(?P<called>{_NAME})\b|`(?P<quoted>{_NAME})[`(]|(?P<plain>{_NAME})\()",
    re.IGNORECASE,
)
_CLASS = re.compile(r"\b(?:[Dd]ata)?[Cc]lass\s+`?(?P<plain>[A-Z]\w{0,60})\b")
_THERE_ALREADY = re.compile(
    r"\b(?:given|using|uses?|with(?:out)?|like|similar to|(?:objects?|instances?|lists?) of|"
    r"already (?:have|has|exists?)|existing|call(?:s|ing)|callback|takes?|accepts?|passed|"
    r"replaces?)\b[^,;:]{0,40}$",
    re.IGNORECASE,
)
_PART_OF_ANOTHER = re.compile(
    r"`?\s+(?:field|column|parameter|argument|flag|option|attribute|property|key|keyword|method)\b"
)
_DEF = re.compile(rf"^(?:async\s+)?(?:def|class)\s+(?P<plain>{_NAME})\s*[(:]", re.MULTILINE)
_DOCTEST = re.compile(rf"^[ \t]*>>> (?P<plain>{_NAME})\(", re.MULTILINE)
_BACKTICKED = re.compile(rf"`(?P<plain>{_NAME})\([^`\n]{{0,200}}`")
_CODE_BLOCK = re.compile(r"^```(?:python|py)?[ \t]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_NO_NAMES = {*dir(builtins), *keyword.kwlist, "that", "which", "to", "of", "this", "it", "be"}


def find_entry_point(text: str) -> str:
    """Name of the function or class to write, "" if the text does not fix one clearly.

    Of several, the first that is asked to be written.
    """
    asked = asked_names(text)
    if asked:
        return asked[0]
    doctests = _names(_DOCTEST, text)
    if doctests:
        return doctests[0]
    mentioned = list(dict.fromkeys(_names(_BACKTICKED, text)))
    return mentioned[0] if len(mentioned) == 1 else ""


def speaks_of_errors(text: str) -> bool:
    """Whether something may fail, in whatever words the text has for that."""
    return _ERRORS.search(text) is not None


def asked_names(text: str) -> tuple[str, ...]:
    """Names that the text asks for in words or gives as `def` and `class` lines, in order."""
    stub = _first_stub(text)
    found = [
        (match.start(), name)
        for pattern in (_ASKED, _CALLED, _CLASS)
        for match, name in _matches(pattern, text)
        if not _PART_OF_ANOTHER.match(text, match.end())
        and (pattern is _ASKED or not _there_already(text, match.start()))
    ]
    defined = _names(_DEF, text)
    ordered = ([stub] if stub else []) + [name for _, name in sorted(found)] + defined
    return tuple(dict.fromkeys(ordered))


def _there_already(text: str, position: int) -> bool:
    """Whether what is named here is what the text speaks of, not what it asks for."""
    return _THERE_ALREADY.search(_sentence_before(text, position)) is not None


def _first_stub(text: str) -> str:
    """The first top-level definition without a body, in a text or code block that is Python."""
    if "def " not in text and "class " not in text:
        return ""
    for source in (text, *(block[1] for block in _CODE_BLOCK.finditer(text))):
        for node in _python(source):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and all(
                isinstance(line, ast.Pass)
                or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
                for line in node.body
            ):
                return node.name
    return ""


def _python(source: str) -> list[ast.stmt]:
    try:
        # Without backslashes: an invalid escape in a docstring is no reason for a warning here.
        return ast.parse(re.sub(r"\\.", "__", source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _names(pattern: re.Pattern[str], text: str) -> list[str]:
    return [name for _, name in _matches(pattern, text)]


def _matches(pattern: re.Pattern[str], text: str) -> list[tuple[re.Match[str], str]]:
    found = []
    for match in pattern.finditer(text):
        name = next(group for group in match.groupdict().values() if group)
        if name not in _NO_NAMES:
            found.append((match, name))
    return found
