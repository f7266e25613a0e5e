"""The predictors of one language: eight questions, with their demos."""

from __future__ import annotations

from typing import Any

import dspy

from burnish.signatures.demonstration import demos_for
from burnish.signatures.idiom import QUESTIONS, question_in


class Prompts(dspy.Module):  # type: ignore[misc]
    """One `dspy.Predict` for each of `signatures.idiom.QUESTIONS`, under its name."""

    def __init__(self, language: str = "python") -> None:
        super().__init__()
        for name in QUESTIONS:
            signature = question_in(name, language)
            predictor = dspy.Predict(signature)
            predictor.demos = demos_for(signature, name, language)
            setattr(self, name, predictor)

    def forward(self, question: str, **inputs: Any) -> dspy.Prediction:
        """Put one question."""
        return getattr(self, question)(**inputs)
