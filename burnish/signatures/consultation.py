"""The question that a consultation raises and rules cannot answer."""

from __future__ import annotations

import dspy


class FindStatements(dspy.Signature):
    """Customers told us about an assistant that we shall build for them. Their sentences are
    numbered. Say by their numbers which sentences state what the assistant is for, and which say
    how it must behave: every rule for its answers, and everything that it must never do."""

    sentences: str = dspy.InputField(desc="what customers said, one numbered sentence a line")
    purpose: list[int] = dspy.OutputField(desc="one to three numbers: what the assistant is for")
    behaviour: list[int] = dspy.OutputField(
        desc="numbers: how it must answer, what it must or must not do; empty if none"
    )
