"""docs/report.md, written from the model of report.json so that the two cannot differ.

`python -m burnish.templates.package.schema > docs/report.md` writes it; a test compares.
"""

from __future__ import annotations

import sys
from typing import Any

from burnish.templates.package.report import SCHEMA_VERSION, Report

HEAD = f"""# report.json

Every output folder holds a `report.json` (UTF-8), and `burnish generate --json` prints the same
document with two more fields: `folder`, the absolute path of the package, and `tracking`, the
`run_id` and `url` of MLflow (null with `--no-track`). This is schema version {SCHEMA_VERSION}:
fields are only added within a major version, so ignore those that you do not know. Prompts and
answers are not in it; the trace of the run in MLflow has them.

`burnish score --json` prints `schema_version`, `path`, `accepted` and the fields of
[QualityReport](#qualityreport).

When a command fails, `--json` prints instead an object with `error_type`, `message`,
`details` (an object) and `recovery_actions`, a list of commands or changes that mend it.

This page is generated: `python -m burnish.templates.package.schema > docs/report.md`.
"""


def markdown() -> str:
    """The page: one section per record, the report first."""
    schema = Report.model_json_schema(mode="serialization")
    sections = [HEAD, _section("Report", schema)]
    sections += [_section(name, part) for name, part in schema["$defs"].items()]
    return "\n".join(sections)


def _section(name: str, schema: dict[str, Any]) -> str:
    lines = [f"## {name}", "", _flat(schema.get("description", "")), ""]
    lines += ["| field | type | meaning |", "|---|---|---|"]
    for field, part in schema["properties"].items():
        meaning = _flat(part.get("description", "")).replace("|", "\\|")
        lines.append(f"| `{field}` | {_type(part)} | {meaning} |")
    return "\n".join(lines) + "\n"


def _type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in part:
        return " or ".join(_type(option) for option in part["anyOf"])
    if "enum" in part:
        return " or ".join(f'`"{value}"`' for value in part["enum"])
    if "const" in part:
        return f'`"{part["const"]}"`'
    if part.get("type") == "array":
        return f"list of {_type(part['items'])}"
    return str(part.get("type", "any"))


def _flat(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.stdout.write(markdown())
