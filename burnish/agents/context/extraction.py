"""From a consultation to a context: the verb that programs and the command line call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from burnish.config import Config, load
from burnish.records.context import GenerationContext

if TYPE_CHECKING:
    import dspy


def extract(
    consultation: str,
    *,
    lm: str | dspy.LM | None = None,
    rules_only: bool = False,
    config: Config | None = None,
) -> GenerationContext:
    """Read what an agent is to be out of a conversation, a workflow's state, or free text.

    Args:
        consultation: The text; JSON and YAML are read by their keys.
        lm: As of `burnish.generate`; it is asked only for what rules cannot read.
        rules_only: Ask no model.
        config: Everything else; None loads it.

    Returns:
        What was said, each value with its place in the text. See `missing` for what was not, and
        `unread` for what was not understood.

    Raises:
        InputError: The text is empty or too long.
        ModelUnavailableError: The model could not be reached.
    """
    import dspy

    from burnish.modules.consultation.extractor import ContextExtractor
    from burnish.registries.models import resolve

    settings = config or load()
    extractor = ContextExtractor(known_tools())
    if rules_only:
        context: GenerationContext = extractor(consultation=consultation, rules_only=True).context
        return context
    chosen = resolve(lm or settings.lm, settings.model) if lm is None or isinstance(lm, str) else lm
    with dspy.context(lm=chosen):
        context = extractor(consultation=consultation).context
    return context


def known_tools() -> tuple[str, ...]:
    """Ids of the registry of tools."""
    from burnish.registries.catalogue.tools import toolbox

    return tuple(tool.id for tool in toolbox())
