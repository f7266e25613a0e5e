"""Resolve what generated agent projects install, and write burnish/agents/project/pins.toml.

`python scripts/pins.py` asks pip's resolver for one set of versions that fits all of `ASKED` on
the Python and the platform of the projects' image, downloads no more than metadata, and writes each
version down. Then it asks for that set together with what each tool of the registry needs; where
tools and set do not fit, the versions that do are kept apart. A person reads the difference before
it is committed. It takes some ten minutes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from burnish.registries.catalogue.tool import TARGETS
from burnish.registries.catalogue.tools import toolbox

TARGET = Path(__file__).resolve().parents[1] / "burnish" / "agents" / "pins.toml"
PYTHON = "3.11"
PLATFORMS = (
    "manylinux_2_34_aarch64", "manylinux_2_28_aarch64", "manylinux_2_17_aarch64",
    "manylinux2014_aarch64",
)  # fmt: skip
"""Of the image that is deployed."""
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
# these versions; `versions` also holds what those need. `apart` has what more a tool's requirement
# brings, and the versions that it changes.
"""


def resolved(*more: str, within: Mapping[str, str] | None = None) -> dict[str, str]:
    """Names and versions of everything that `ASKED` and `more` need, at these versions if given.

    Raises:
        subprocess.CalledProcessError: nothing fits.
    """
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--only-binary=:all:", "--python-version", PYTHON, "--implementation", "cp"]
    command += [part for platform in PLATFORMS for part in ("--platform", platform)]
    command += ["--target", "unused"]
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"{name}=={version}\n" for name, version in (within or {}).items()]
        constraints, report = Path(folder, "constraints.txt"), Path(folder, "report.json")
        constraints.write_text("".join(lines), "utf-8")
        command += ["--constraint", str(constraints), "--report", str(report)]
        command += sorted({each for role in ASKED.values() for each in role} | {*more})
        subprocess.run(command, capture_output=True, text=True, check=True)
        found = [item["metadata"] for item in json.loads(report.read_text("utf-8"))["install"]]
    return {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"] for each in found}


def apart(requirement: str, versions: Mapping[str, str]) -> dict[str, str]:
    """What a tool's requirement adds to the set, and changes in it where it must.

    Raises:
        subprocess.CalledProcessError: nothing fits, with other versions of the set either.
    """
    try:
        found = resolved(requirement, within=versions)
    except subprocess.CalledProcessError:
        # pip would take a first, empty release of Strands sooner than say that nothing fits
        fixed = {"strands-agents": versions["strands-agents"]}
        found = resolved(requirement, within=fixed)
    return {name: version for name, version in found.items() if versions.get(name) != version}


def requirements() -> list[str]:
    """What the tools ask of pip that can run on a target, in order."""
    return sorted(
        {
            requirement
            for tool in toolbox()
            if any(target not in tool.unfit for target in TARGETS)
            and tool.given_as != "session_manager"
            for requirement in tool.requirements
        }
    )


def main() -> None:
    """Write the file; what fits nothing is told and left out."""
    versions = resolved()
    lines = [HEAD, f"resolved_on = {date.today()}", f'python = "{PYTHON}"', "", "[asked]"]
    lines += [f"{role} = {json.dumps(names)}" for role, names in ASKED.items()]
    lines += ["", "[versions]"]
    lines += [f'{name} = "{version}"' for name, version in sorted(versions.items())]
    for requirement in requirements():
        try:
            found = apart(requirement, versions)
        except subprocess.CalledProcessError as error:
            sys.stderr.write(f"{requirement} fits nothing: {error.stderr[-1500:]}\n")
            continue
        lines += ["", f"[apart.{json.dumps(requirement)}]"] if found else []
        lines += [f'{name} = "{version}"' for name, version in sorted(found.items())]
        sys.stderr.write(f"{requirement}: {len(found)}\n")
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
