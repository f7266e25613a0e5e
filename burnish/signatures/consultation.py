"""The two questions that a consultation raises which rules cannot answer."""

from __future__ import annotations

import dspy


class FindStatements(dspy.Signature):
    """Customers told us about an assistant that we shall build for them. Their sentences are
    numbered. Say by their numbers which sentences state what the assistant is for, and which say
    how it must behave. Leave out sentences on cost, servers, regions and models."""

    sentences: str = dspy.InputField(desc="what customers said, one numbered sentence a line")
    purpose: list[int] = dspy.OutputField(desc="one to three numbers: what the assistant is for")
    behaviour: list[int] = dspy.OutputField(
        desc="numbers: how it must answer, what it must or must not do; empty if none"
    )


class WriteSystemPrompt(dspy.Signature):
    """Write the system prompt of an AI assistant: address it as "you", name its task, then one
    short sentence for each rule. Use only what is stated here; add no rule of your own."""

    purpose: str = dspy.InputField(desc="what the assistant is for")
    behaviour: str = dspy.InputField(desc="its rules, as the customer said them; may be empty")
    system_prompt: str = dspy.OutputField(desc="the system prompt")
