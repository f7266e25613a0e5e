"""What of a consultation can be read without understanding it: names, numbers, known words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from burnish.modules.consultation.document import Consultation, Entry, Statement
from burnish.modules.consultation.vocabulary import (
    KEY_VALUES,
    KEYS,
    Rule,
    general_rules,
    tool_rules,
)
from burnish.records.context import Place

Found = dict[str, tuple[Any, tuple[Place, ...]]]
"""What was read and where, by the dotted name of its field."""
_LISTS = ("tools", "security.demands")
_REFUSED = re.compile(
    r"\b(?:(?:not|no)(?! more than)|don't|never|avoid|without|instead of|rather than|except|isn't"
    r"|won't)\b"
    r"[^,;:.]{0,25}$",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:(?i:maybe|perhaps|possibly|probably|might|could|not sure|no idea|don't know|do not know)"
    r"|(?:[Ss]omeone|[Ss]omebody|[Hh]e|[Ss]he|[Tt]hey|[A-Z]\w+)"
    r" (?:says?|said|thinks?|thought|suggests?|heard)"
    r"|I (?:heard|think|guess))\b"
)
"""A sentence with such words decides nothing."""
_AGREED = re.compile(
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
        elif reply and not reply.adviser and _AGREED.match(reply.text):
            offered = list(_of_statement(statement, rules, asked=True))
            for value, place in offered:  # "Lambda or Fargate?" "Yes." says nothing
                if all(place.field != p.field or value == v for v, p in offered):
                    yield value, place


def _of_statement(
    statement: Statement, rules: Sequence[Rule], *, asked: bool
) -> Iterator[tuple[Any, Place]]:
    for began, sentence in statement.sentences():
        if (sentence.endswith("?") and not asked) or _HEDGED.search(sentence):
            continue
        for rule in rules:
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


def _of_key(entry: Entry, tools: tuple[str, ...]) -> Iterator[tuple[Any, Place]]:
    """The value of a state, if its key is one of ours; None for what it cannot be."""
    field, given, statement = KEYS.get(entry.key, ""), entry.value, entry.statement
    if not field or not given or not str(given).strip():
        return
    if field == "tools":
        named = [given] if isinstance(given, str) else given
        place = statement.place(field, 0, len(statement.text), "rule")
        if known := tuple(name for name in named if name in tools):
            yield known, place
        for name in named:
            if name not in tools:
                yield None, place.model_copy(update={"quote": name})
    elif isinstance(given, str):
        value = KEY_VALUES.get(field, str.strip)(given)
        yield value, statement.place(field, 0, len(statement.text), "rule")
