"""What of a consultation can be read without understanding it: names, numbers, known words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from burnish.modules.consultation.document import Consultation
from burnish.modules.consultation.state import Entry
from burnish.modules.consultation.statement import Statement
from burnish.modules.consultation.values import KEYS, VALUES
from burnish.modules.consultation.vocabulary import Rule, general_rules, tool_rules
from burnish.records.context import CustomTool, Place

Found = dict[str, tuple[Any, tuple[Place, ...]]]
"""What was read and where, by the dotted name of its field."""
_TAKEN_BACK = re.compile(r"\b(?:no|not|but|except|instead|rather|don't)\b", re.I)
_LISTS = ("tools", "security.demands", "model.capabilities")
_REFUSED = re.compile(
    r"\b(?:(?:not|no)(?! more than)|don't|never|avoid|without|instead of|rather than|except|isn't"
    r"|won't)\b"
    r"[^,;:.]{0,25}$",
    re.I,
)
HEDGED = re.compile(
    r"\b(?:(?i:maybe|perhaps|possibly|probably|might|could|not sure|no idea|don't know|do not know)"
    r"|(?:[Ss]omeone|[Ss]omebody|[Hh]e|[Ss]he|[Tt]hey|[A-Z]\w+)"
    r" (?:says?|said|thinks?|thought|suggests?|heard)"
    r"|I (?:heard|think|guess))\b"
)
"""A sentence with such words decides nothing."""
AGREED = re.compile(
    r"(?:yes|yep|yeah|ok|okay|sure|agreed|correct|exactly|right|sounds good|perfect|fine)\b", re.I
)


def read_rules(consultation: Consultation, tools: tuple[str, ...] = ()) -> Found:
    """All that rules find; of a transcript and of a state the last word counts.

    Free text that says two things of one field says nothing of it.

    Args:
        tools: Ids of the registry of tools, to be recognised.
    """
    readings = list(_readings(consultation, [*general_rules(), *tool_rules(tools)]))
    found: Found = {}
    for value, place in readings:
        known = found.get(place.field)
        if place.field in _LISTS and known:
            found[place.field] = tuple(dict.fromkeys((*known[0], *value))), (*known[1], place)
        elif known and consultation.kind == "text" and known[0] != value:
            found[place.field] = None, (place,)
        elif not known or known[0] is not None:
            found[place.field] = value, (place,)
    found = {field: reading for field, reading in found.items() if reading[0] is not None}
    for entry in consultation.entries:
        for value, place in _of_key(entry, tools):
            if value is not None:
                found[place.field] = value, (place,)
    return found


def _readings(consultation: Consultation, rules: Sequence[Rule]) -> Iterator[tuple[Any, Place]]:
    statements = consultation.statements
    for statement, reply in zip(statements, (*statements[1:], None), strict=False):
        if not statement.adviser:
            yield from _of_statement(statement, rules, asked=False)
        elif reply and not reply.adviser and _agreed(reply):
            offered = list(_of_statement(statement, rules, asked=True))
            for value, place in offered:  # "Lambda or Fargate?" "Yes." says nothing
                if all(place.field != p.field or value == v for v, p in offered):
                    yield value, place


def _of_statement(
    statement: Statement, rules: Sequence[Rule], *, asked: bool
) -> Iterator[tuple[Any, Place]]:
    for began, sentence in statement.sentences():
        if (sentence.endswith("?") and not asked) or HEDGED.search(sentence):
            continue
        for rule in rules:
            if rule.needs and not rule.needs.search(sentence):
                continue
            for match in rule.pattern.finditer(sentence):
                if _REFUSED.search(sentence[: match.start()]):
                    continue
                value = rule.value(match)
                if value is not None:
                    start, end = began + match.start(), began + match.end()
                    yield value, statement.place(rule.field, start, end, "rule")


def unread(consultation: Consultation, tools: tuple[str, ...] = ()) -> tuple[Place, ...]:
    """What stands under a key of ours and is nothing that we know."""
    return tuple(place for e in consultation.entries for value, place in _of_key(e, tools)
                 if value is None)  # fmt: skip


def _agreed(reply: Statement) -> bool:
    """A reply that begins with yes and takes nothing back in the same sentence."""
    first = next((sentence for _, sentence in reply.sentences()), "")
    return bool(AGREED.match(first)) and not _TAKEN_BACK.search(first)


def _of_key(entry: Entry, tools: tuple[str, ...]) -> Iterator[tuple[Any, Place]]:
    """The value of a state, if its path is one of ours; None for what it cannot be."""
    field, given, statement = KEYS.get(entry.path, ""), entry.value, entry.statement
    place = statement.place(field, 0, len(statement.text), "rule")
    if field == "tools":
        named = [given] if isinstance(given, str) else [_name(each) for each in given]
        if not named or any(name in tools for name in named):
            yield tuple(name for name in named if name in tools), place
        for name in named:
            if name not in tools:
                yield None, place.model_copy(update={"quote": name})
    elif field == "custom_tools" and isinstance(given, list):
        yield from ((tool, place) for tool in [_custom(given)])
    elif field in _LISTS and isinstance(given, list):
        yield tuple(map(str, given)) or None, place
    elif field and isinstance(given, str) and given.strip():
        yield VALUES.get(field, str.strip)(given), place


def _name(item: Any) -> str:
    """What an item of a list of tools is called."""
    return item if isinstance(item, str) else str(item.get("id") or item.get("name") or item)


def _custom(items: list[Any]) -> tuple[CustomTool, ...] | None:
    """Tools to be written; None unless all have a name and a specification."""
    try:
        return tuple(CustomTool.model_validate(item) for item in items)
    except ValidationError:
        return None
