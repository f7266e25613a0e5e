"""CloudFormation's templates as data, with its short functions written out."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str) -> Any:
    """What a template in YAML or JSON says; `!Ref x` becomes {"Ref": "x"}, as JSON would have it.

    Raises:
        ValueError: it is neither.
    """
    if text.lstrip().startswith("{"):
        return json.loads(text)
    import yaml

    class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
        """Takes short functions for what they stand for."""

    def function(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
        made = {"SequenceNode": loader.construct_sequence, "MappingNode": loader.construct_mapping}
        build = made.get(type(node).__name__)
        value = build(node, deep=True) if build else loader.construct_scalar(node)
        return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}

    Loader.add_multi_constructor("!", function)
    try:
        return yaml.load(text, Loader)
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
