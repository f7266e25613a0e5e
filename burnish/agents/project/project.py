"""A whole agent project from a context: its files, and how they get into a folder.

No model is asked: the same context gives the same files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from burnish import __version__
from burnish.agents.manifest import FILE
from burnish.agents.project.blueprint import Blueprint, blueprint
from burnish.agents.project.diagram import drawing, mermaid
from burnish.agents.project.infrastructure import resources, template
from burnish.agents.project.pins import pins
from burnish.agents.project.tools import ToolSource
from burnish.records.context import GenerationContext

LINE_LENGTH = 100
"""Of Python in a project, in columns; its own CI holds it to that."""
WRITTEN = ".burnish-files.json"
"""Names and hashes of what was written, so that the next time knows what is left over."""
MAX_TURNS = 20
MAX_PROMPT_CHARS = 100_000
TEMPLATES = {
    "app.py": "app.py", "agent.py": "agent.py", "model.py": "model.py",
    "settings.py": "settings.py", "state.py": "state.py", "pyproject.toml": "pyproject.toml",
    "tests/conftest.py": "tests/conftest.py", "tests/fake_model.py": "tests/fake_model.py",
    "tests/test_agent.py": "tests/test_agent.py", "tests/test_app.py": "tests/test_app.py",
    "tests/test_state.py": "tests/test_state.py", "Dockerfile": "Dockerfile",
    ".dockerignore": "dockerignore", ".gitignore": "gitignore", ".env.example": "env.example",
    "wheels/README.md": "wheels.md", "README.md": "readme.md",
    ".github/workflows/ci.yml": "ci.yml", "deploy.sh": "deploy.sh", "destroy.sh": "destroy.sh",
    "deploy.ps1": "deploy.ps1", "destroy.ps1": "destroy.ps1",
    "docs/architecture.svg": "architecture.svg",
}  # fmt: skip
"""File of the project, and its template without ".j2"."""
TOOLS = '''"""Tools of packages, each in a module that makes it."""

import os
import tempfile

if not os.access(os.getcwd(), os.W_OK):  # some packages make files where they are imported
    os.chdir(tempfile.gettempdir())
'''
LAMBDA = {"lambda_handler.py": "lambda_handler.py", "tests/test_lambda.py": "tests/test_lambda.py"}


def render(
    context: GenerationContext, *, custom_tools: Mapping[str, ToolSource] | None = None
) -> dict[str, str]:
    """The files of the project, by path with "/"; nothing is written.

    Args:
        context: What the agent is to be. Its texts become data of the project, never code.
        custom_tools: Finished modules for tools of the context, by the tool's name.

    Raises:
        InputError: something that is needed is missing, unknown, or contradicts something else.
    """
    from burnish.evaluation.formatting import laid_out
    from burnish.templates.environment import render as fill

    made = custom_tools or {}
    project = blueprint(context, made)
    infrastructure = template(project)
    found = resources(infrastructure)
    title = f"{project.name} on {project.target}"
    values = {
        **project.model_dump(exclude={"statements"}), **_flags(project),
        "tools": project.tools, "parameters": project.parameters,
        "platform": project.manifest.platform, "version": __version__, "title": title,
        "line_length": LINE_LENGTH, "resolved_on": pins().resolved_on, "python": pins().python,
        "mermaid": mermaid(found), "drawing": drawing(found),
    }  # fmt: skip
    names = TEMPLATES | (LAMBDA if project.target == "lambda" else {})
    files = {name: fill(f"agent/{source}.j2", **values) for name, source in names.items()}
    files |= {
        "prompts/system.md": context.system_prompt,
        "config.json": _json(configuration(project)),
        FILE: _json(project.manifest.model_dump(mode="json")),
        **_packages(project),
        project.manifest.template: infrastructure,
        "custom_tools/__init__.py": '"""Tools that were written for this agent."""\n',
    }
    files["tools/__init__.py"] = TOOLS
    for tool in project.tools:
        files[f"tools/{tool.module}.py"] = fill("agent/tool.py.j2", each=tool)
    for name, source in made.items():
        files[f"custom_tools/{name}.py"] = laid_out(source.code, LINE_LENGTH)
        if source.tests.strip():
            files[f"tests/custom_tools/test_{name}.py"] = laid_out(source.tests, LINE_LENGTH)
    return dict(sorted(files.items()))


def write(files: Mapping[str, str], folder: Path, *, force: bool = False) -> tuple[Path, ...]:
    """Put the files into a folder, which is made if it is not there; all of them, or none.

    Raises:
        OutputFolderError: it cannot be written, or holds files and `force` is False. With `force`
            files of the same names are replaced, those that an earlier project left and nobody
            changed are removed, and all others stay.
    """
    from burnish.templates.package.folder import listing, place

    made = {name: text.encode() for name, text in files.items()}
    made[WRITTEN] = _json({"files": listing(made)}).encode()
    return place(made, folder, force=force, record=WRITTEN)


def configuration(project: Blueprint) -> dict[str, object]:
    """What the project reads from config.json when it starts."""
    return {
        "name": project.name,
        "region": project.region,
        "model_id": project.model_id,
        "max_tokens": project.max_tokens,
        "max_turns": MAX_TURNS,
        "max_prompt_chars": MAX_PROMPT_CHARS,
        "tools": [
            {"name": tool.module, "given_as": tool.given_as, "connected": tool.connected}
            for tool in project.tools
        ],
        "custom_tools": list(project.custom_tools),
        "keys": list(project.keys),
        "variables": list(project.variables),
    }


def _flags(project: Blueprint) -> dict[str, object]:
    names = ("key", "secret", "private", "network", "state", "log_days")
    return {name: getattr(project, name) for name in names}


def _packages(project: Blueprint) -> dict[str, str]:
    """What pip installs, for whom; a line each."""
    roles = ["all", project.target, project.provider, *(["tools"] if project.tools else [])]
    more = [requirement for tool in project.tools for requirement in tool.requirements]
    lines = {
        "requirements.txt": pins().requirements(roles, more),
        "requirements-dev.txt": pins().requirements(["dev"]),
        "constraints.txt": pins().constraints(more),
    }
    return {name: "".join(f"{each}\n" for each in found) for name, found in lines.items()}


def _json(document: object) -> str:
    return json.dumps(document, indent=2) + "\n"
