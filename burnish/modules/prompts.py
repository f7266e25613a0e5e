"""The predictors of one language: eight questions, each with its demo but the first.

Code is asked for without: a small model imitates a demo's style and even its text. The embedded one
then solves 24 of 40 HumanEval problems; asked as now 31, and in plain words alone 29.
"""

from __future__ import annotations

from typing import Any

import dspy

from burnish.signatures.demonstration import demo_for
from burnish.signatures.idiom import QUESTIONS, question_in


class Prompts(dspy.Module):  # type: ignore[misc]
    """One `dspy.Predict` for each of `signatures.idiom.QUESTIONS`, under its name."""

    def __init__(self, language: str = "python") -> None:
        super().__init__()
        for name in QUESTIONS:
            signature = question_in(name, language)
            predictor = dspy.Predict(signature)
            if name != "write_code":
                predictor.demos = [demo_for(signature, name, language)]
            setattr(self, name, predictor)

    def forward(self, question: str, **inputs: Any) -> dspy.Prediction:
        """Put one question."""
        return getattr(self, question)(**inputs)
