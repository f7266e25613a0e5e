"""How questions and answers travel: plainly where there is one output, DSPy's chat form else.

A model of 1.5B parameters solves clearly more when it is asked for code as it was trained to
give it, in one fenced block, than between field markers.
"""

from __future__ import annotations

import re
from typing import Any

import dspy
from dspy.utils.exceptions import AdapterParseError

_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([\w+-]*)[^\n]*\n(.*?)^[ \t]*\1[ \t]*$", re.S | re.M)
_OPEN_FENCE = re.compile(r"^[ \t]*```[\w+-]*[ \t]*\n", re.M)


class PlainAdapter(dspy.ChatAdapter):  # type: ignore[misc]
    """A question with one output is asked in prose and its whole answer is that output.

    Instructions of a question without demos stand behind its inputs, as there is no system
    message then: asked so, a small model solves as much as when it is asked in plain words.
    An output of type `dspy.Code` is the longest fenced block of the answer. Questions with
    several outputs use `dspy.ChatAdapter`'s form. There is no silent fallback to JSON: a small
    model then returns empty fields that look like answers.
    """

    def __init__(self) -> None:
        super().__init__(use_json_adapter_fallback=False)

    def format(
        self,
        signature: type[dspy.Signature],
        demos: list[dict[str, Any]],
        inputs: dict[str, Any],
    ) -> list[dict[str, Any]]:
        messages = list(super().format(signature, demos, inputs))
        if demos or not _plain(signature):
            return messages
        system, *others, question = messages
        asked = {**question, "content": f"{question['content']} {system['content']}".strip()}
        return [*others, asked]

    def format_system_message(self, signature: type[dspy.Signature]) -> str:
        if not _plain(signature):
            return str(super().format_system_message(signature))
        return " ".join(signature.instructions.split())

    def format_user_message_content(
        self,
        signature: type[dspy.Signature],
        inputs: dict[str, Any],
        prefix: str = "",
        suffix: str = "",
        main_request: bool = False,
    ) -> str:
        if not _plain(signature):
            return str(
                super().format_user_message_content(signature, inputs, prefix, suffix, main_request)
            )
        sections: dict[str, str] = {}
        for name, field in signature.input_fields.items():
            value = inputs.get(name)
            if value is None or str(_text(value)).strip() == "":
                continue  # an empty section only teaches the model to ignore sections
            body = _text(value).strip("\n")
            if _is_code(field.annotation):
                body = f"```{field.annotation.language}\n{body}\n```"
            sections[name.replace("_", " ").capitalize()] = body
        given = [f"{name}:\n{body}" for name, body in sections.items()]
        if len(given) == 1:  # needs no heading
            given = list(sections.values())
        parts = (prefix, *given, _request(signature), suffix)
        return "\n\n".join(part for part in parts if part)

    def format_assistant_message_content(
        self,
        signature: type[dspy.Signature],
        outputs: dict[str, Any],
        missing_field_message: str | None = None,
    ) -> str:
        if not _plain(signature):
            return str(
                super().format_assistant_message_content(signature, outputs, missing_field_message)
            )
        ((name, field),) = signature.output_fields.items()
        text = _text(outputs.get(name, missing_field_message or "")).strip("\n")
        return (
            f"```{field.annotation.language}\n{text}\n```" if _is_code(field.annotation) else text
        )

    def parse(self, signature: type[dspy.Signature], completion: str) -> dict[str, Any]:
        if not _plain(signature):
            return dict(super().parse(signature, completion))
        ((name, field),) = signature.output_fields.items()
        if not _is_code(field.annotation):
            return {name: _unwrapped(completion)}
        code = fenced(completion)
        if not code.strip():
            raise AdapterParseError(
                adapter_name="PlainAdapter",
                signature=signature,
                lm_response=completion,
                message="The answer holds no code.",
            )
        # Not validated: dspy.Code would look for a fence again, inside docstrings too.
        return {name: field.annotation.model_construct(code=code)}


def _plain(signature: type[dspy.Signature]) -> bool:
    return len(signature.output_fields) == 1


def _is_code(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, dspy.Code)


def _text(value: Any) -> str:
    return value.code if isinstance(value, dspy.Code) else str(value)


def _request(signature: type[dspy.Signature]) -> str:
    """The closing line: what to answer, by the output's description.

    It stands last because a specification says "write a function ..." and a small model obeys
    whatever it read last, also where tests were asked for.
    """
    ((name, field),) = signature.output_fields.items()
    described = (field.json_schema_extra or {}).get("desc", "")
    what = name.replace("_", " ") if described in ("", f"${{{name}}}") else described
    if _is_code(field.annotation):
        return f"Answer with {what} in a markdown code block, ```{field.annotation.language}."
    return f"Answer with {what} and nothing else."


def fenced(completion: str) -> str:
    """The longest fenced block; the rest of an answer cut inside its block; or bare code."""
    blocks = [match.group(3) for match in _FENCE.finditer(completion)]
    if blocks:
        return max(blocks, key=len)
    opened = _OPEN_FENCE.search(completion)
    if opened:
        return completion[opened.end() :]
    return (
        completion
        if re.search(r"^(?:(?:def|class|import|from|async def) |@)", completion, re.M)
        else ""
    )


def _unwrapped(completion: str) -> str:
    """Markdown without the fence that some models put around the whole of it."""
    text = completion.strip()
    match = re.fullmatch(r"```(?:markdown|md)\s*\n(.*)\n```", text, re.S)
    return (match.group(1) if match else text).strip() + "\n"
