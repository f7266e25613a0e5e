"""Resolve what generated agent projects install, and write burnish/agents/pins.toml.

`python scripts/pins.py` asks pip's resolver for one set of versions that fits all of `ASKED` on
the Python of the projects' image, downloads nothing, and writes each version down. A person reads
the difference before it is committed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "burnish" / "agents" / "pins.toml"
PYTHON = "3.11"
ASKED: dict[str, list[str]] = {
    "all": ["aws-opentelemetry-distro", "bedrock-agentcore", "boto3", "strands-agents[openai]"],
    "lambda": ["awslambdaric", "mangum"],
    "anthropic": ["strands-agents[anthropic]"],
    "gemini": ["strands-agents[gemini]"],
    "ollama": ["strands-agents[ollama]"],
    "tools": ["strands-agents-tools"],
    "dev": ["bandit", "black", "cfn-lint", "pip-audit", "pytest", "ruff"],
}
"""What is asked for: by every project, by those of a target or provider, by those with registry
tools, and by who works on one."""
HEAD = """\
# What generated agent projects install: one set of versions that resolves, found by
# scripts/pins.py with pip's resolver and read by a person. Projects ask for `asked` of theirs by
# these versions; `versions` also holds what those need.
"""


def resolved() -> dict[str, str]:
    """Names and versions of everything that `ASKED` needs."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--only-binary=:all:", "--python-version", PYTHON, "--target", "unused"]
    command += ["--report", "-", *sorted({each for role in ASKED.values() for each in role})]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = (item["metadata"] for item in json.loads(done.stdout)["install"])
    return {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in found}


def main() -> None:
    """Write the file."""
    lines = [HEAD, f"resolved_on = {date.today()}", f'python = "{PYTHON}"', "", "[asked]"]
    lines += [f"{role} = {json.dumps(names)}" for role, names in ASKED.items()]
    lines += ["", "[versions]"]
    lines += [f'{name} = "{version}"' for name, version in sorted(resolved().items())]
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
