"""What is read of three consultations, against what a careful reader takes from them.

    python benchmarks/extraction.py [--lm local] [--repeats 3]

Prints, by rules alone and with the model: fields that are right, wrong, missed (said, not found)
and invented (found, never said). The labels are in consultations.toml.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from burnish.agents.context.extraction import extract
from burnish.config import load
from burnish.records.context import GenerationContext

LABELS = Path(__file__).with_name("consultations.toml")
TEXTS = Path(__file__).parents[1] / "examples" / "consultations"


def verdict(label: Any, found: Any) -> str:
    """How a field was read."""
    if isinstance(label, dict):
        words = str(found).lower()
        has = all(each.lower() in words for each in label["has"])
        lacks = not any(each.lower() in words for each in label["lacks"])
        return "missed" if not found else "right" if has and lacks else "wrong"
    if label == "":
        return "right" if found in (None, "") else "invented"
    if found in (None, ""):
        return "missed"
    same = set(found) == set(label) if isinstance(label, list) else found == label
    return "right" if same else "wrong"


def verdicts(labels: dict[str, Any], context: GenerationContext) -> dict[str, str]:
    """By field."""
    return {
        field: verdict(label, context.value(field))
        for field, label in labels.items()
        if field != "file"
    }


def main() -> None:
    """Print one table, and what was not right."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lm", default="", help='"local" or "provider/model"; "" for rules alone')
    parser.add_argument("--repeats", type=int, default=1, help="times that the model is asked")
    chosen = parser.parse_args()
    ways = ["rules", *[f"model {n + 1}" for n in range(chosen.repeats if chosen.lm else 0)]]
    print("| consultation | read by | right | wrong | missed | invented | complete |")
    print("|---|---|---|---|---|---|---|")
    remarks = []
    for name, labels in tomllib.loads(LABELS.read_text("utf-8")).items():
        text = (TEXTS / labels["file"]).read_text("utf-8")
        for way in ways:
            config = load(model={"cache": False})
            only = way == "rules"
            context = extract(text, lm=chosen.lm or None, rules_only=only, config=config)
            said = verdicts(labels, context)
            count = Counter(said.values())
            cells = " | ".join(
                str(count[each]) for each in ("right", "wrong", "missed", "invented")
            )
            print(f"| {name} | {way} | {cells} | {context.completeness:.0%} |", flush=True)
            remarks += [
                f"{name}, {way}, {field}, {how}: {context.value(field)!r}"
                for field, how in said.items()
                if how != "right" and (how != "missed" or not only)
            ]
    print("\n" + "\n".join(remarks))


if __name__ == "__main__":
    main()
