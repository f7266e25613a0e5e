"""ContextExtractor: a consultation in, a GenerationContext out; nothing in it is invented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import dspy
from dspy.utils.exceptions import DSPyError, LMError

from burnish.modules.consultation.document import Consultation, read
from burnish.modules.consultation.rules import AGREED, HEDGED, Found, read_rules, unread
from burnish.modules.consultation.statement import Statement
from burnish.modules.lost_models import no_answer
from burnish.records.context import GenerationContext, Place
from burnish.signatures.adapter import PlainAdapter
from burnish.signatures.consultation import FindStatements

MAX_SENTENCES = 80
"""Most sentences that a model is shown; the first of them."""
MAX_PURPOSE = 3
LEAST_WORDS = 3
NAMING_WORDS = 6
"""A sentence with a name that is longer says more than the name."""
_RULE = re.compile(
    r"(?:It|The \w+|You)\s+(?:must|should|shall|has to|may|can)\b|(?:Never|Always|Do not|Don't)\b",
    re.I,
)
"""How a rule begins, whatever a model takes it for."""
READ_WHOLE = ("deployment", "budget_usd_per_month", "model", "security", "tools", "name")
"""Fields whose sentences say nothing else."""
MAX_BEHAVIOUR = 12


class ContextExtractor(dspy.Module):  # type: ignore[misc]
    """Rules read what they can; the model points at sentences, and never at what is not there.

    The model is asked for numbers of sentences, so whatever it answers stands in the text. The
    system prompt is put together from these sentences: a small model that was asked to write it
    told the agent its own price and region.
    """

    def __init__(self, tools: tuple[str, ...] = ()) -> None:
        """Make the predictor.

        Args:
            tools: Ids of the registry of tools, to be recognised.
        """
        super().__init__()
        self.tools = tools
        self.find_statements = dspy.Predict(FindStatements)

    def forward(self, consultation: str, rules_only: bool = False) -> dspy.Prediction:
        """Read a consultation.

        Args:
            consultation: A transcript, a workflow's state in JSON or YAML, or free text.
            rules_only: Ask no model: purpose and system prompt stay missing unless they are stated.

        Returns:
            A prediction whose `context` is the GenerationContext.

        Raises:
            InputError: it is empty or too long.
            ModelUnavailableError: the model could not be reached.
        """
        document = read(consultation)
        found = read_rules(document, self.tools)
        if not rules_only and not {"purpose", "system_prompt"} <= found.keys():
            with dspy.context(adapter=PlainAdapter()):
                self._understand(document, found)
        context = _context(found)
        left = unread(document, self.tools)
        return dspy.Prediction(context=context.model_copy(update={"unread": left}))

    def _understand(self, document: Consultation, found: Found) -> None:
        """Let the model find purpose and manners; what it cannot say stays missing."""
        sentences = _open(document, found)
        if not sentences:
            return
        numbered = "\n".join(f"[{n}] {text}" for n, (_, _, text) in enumerate(sentences, 1))
        answer = _asked(self.find_statements, sentences=numbered)
        if answer is None:
            return
        about = _chosen(answer.purpose, len(sentences))
        manners = _chosen(answer.behaviour, len(sentences))
        named = [sentences[n] for n in about]
        purpose = ([each for each in named if not _RULE.match(each[2])] or named)[:MAX_PURPOSE]
        if "purpose" in found:
            purpose = []  # it is stated: what the model takes for it is a rule as well
        elif purpose:
            words = " ".join(text for _, _, text in purpose)
            found["purpose"] = words, _places("purpose", purpose)
        rules = [sentences[n] for n in sorted({*about, *manners})]
        told = [each for each in rules if each not in purpose][:MAX_BEHAVIOUR]
        if "system_prompt" not in found and "purpose" in found and told:
            prompt = composed(str(found["purpose"][0]), [text for _, _, text in told])
            found["system_prompt"] = prompt, _places("system_prompt", told)


def composed(purpose: str, manners: Sequence[str]) -> str:
    """A system prompt in the customer's own words: what the agent is for, and a rule a line."""
    rules = [re.sub(r"^It (?=must|should|has to|shall|may|can)", "You ", each) for each in manners]
    return "\n".join(["You are an assistant. This is what you are for:", purpose, "",
                      "Follow these rules:", *(f"- {rule}" for rule in rules), ""])  # fmt: skip


def _open(document: Consultation, found: Found) -> list[tuple[Statement, int, str]]:
    """What those who want the agent said and no rule has read: statement, where in it, sentence."""
    read_already = [
        place
        for field, (_, places) in found.items()
        if field.split(".")[0] in READ_WHOLE
        for place in places
    ]

    def is_open(statement: Statement, began: int, sentence: str) -> bool:
        place = statement.place("", began, began + len(sentence), "rule")
        words = len(re.findall(r"\w+", sentence))
        if sentence.endswith("?") or HEDGED.search(sentence) or AGREED.match(sentence):
            return False
        return words >= LEAST_WORDS and not any(
            place.start <= each.start < place.end
            and each.quote in sentence  # a folded value is one place for all its sentences
            and (each.field != "name" or words <= NAMING_WORDS)
            for each in read_already
        )

    return [
        (statement, began, sentence)
        for statement in document.statements
        if not statement.adviser
        for began, sentence in statement.sentences()
        if is_open(statement, began, sentence)
    ][:MAX_SENTENCES]


def _chosen(numbers: Any, count: int) -> list[int]:
    """The places of the numbers that there are, in the text's order."""
    return sorted({number - 1 for number in numbers if 1 <= number <= count})


def _places(field: str, sentences: list[tuple[Statement, int, str]]) -> tuple[Place, ...]:
    return tuple(
        statement.place(field, began, began + len(sentence), "model")
        for statement, began, sentence in sentences
    )


def _asked(predictor: dspy.Predict, **inputs: str) -> dspy.Prediction | None:
    """The answer; None if it was out of form twice."""
    for attempt in range(2):
        config = {"temperature": 0.7, "rollout_id": attempt} if attempt else {}
        try:
            return predictor(config=config, **inputs)
        except LMError as error:
            raise no_answer(predictor.lm or dspy.settings.lm, error) from error
        except DSPyError:
            continue
    return None


def _context(found: Found) -> GenerationContext:
    tree: dict[str, Any] = {
        "places": tuple(place for _, places in found.values() for place in places)
    }
    for field, (value, _) in found.items():
        *path, name = field.split(".")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[name] = value
    return GenerationContext.model_validate(tree)
