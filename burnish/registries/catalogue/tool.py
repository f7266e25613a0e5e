"""One tool that an agent can be given: what it does, what it needs, how it is wired up."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args

from pydantic import Field

from burnish.records.base import Record

Category = Literal[
    "rag", "memory", "code_execution", "web", "file_system", "data", "aws", "media", "utility",
    "communication", "reasoning", "orchestration", "identity",
]  # fmt: skip
Platform = Literal["linux", "macos", "windows", "agentcore", "ecs-fargate", "lambda"]
TARGETS: tuple[Platform, ...] = ("agentcore", "ecs-fargate", "lambda")
"""Those that are AWS services."""
Given = Literal["tools", "plugins", "session_manager", "memory_stores"]
_TOOL = "from strands import tool"
VariableType = Literal["string", "integer", "number", "boolean"]
CONSENT = "BYPASS_TOOL_CONSENT"
"""The variable of a tool that asks a person at a terminal before it acts."""


class Parameter(Record):
    """What a model passes to a tool, or a program to what makes one."""

    name: str
    """Its name."""
    type: str = ""
    """As its package writes it: a Python annotation or a type of JSON Schema; "" if unsaid."""
    required: bool = False
    """Whether there is nothing to fall back on."""
    default: Any = None
    """What is taken without it; None if that is nothing, or made when the program runs."""


class Variable(Record):
    """An environment variable that a tool reads."""

    name: str
    """Its name."""
    type: VariableType
    """What its text is read as."""
    default: str | None = None
    """What is taken without it; None if that is nothing, or not the same everywhere."""


class Permission(Record):
    """What AWS must allow, as one statement of a policy."""

    actions: tuple[str, ...]
    """Exact names, "service:Action"."""
    resources: tuple[str, ...]
    """ARNs; `${AWS::Region}` and the like are CloudFormation's, any other `${Name}` is for whoever
    deploys. "*" where an action knows no narrower one."""


class Tool(Record):
    """One entry of the catalogue."""

    id: str
    """Its own name; ORIGIN/NAME if it is not of strands-agents-tools."""
    names: tuple[str, ...] = ()
    """What the model calls; () if it is no tool itself, or the server says it when it runs."""
    category: Category
    """What it is for."""
    description: str
    """What it does, in a sentence."""
    parameters: tuple[Parameter, ...] | None = None
    """What the model passes; None if that is made when the program runs."""
    options: tuple[Parameter, ...] | None = None
    """What it can be made with; None if it is just imported, or its source does not say it."""
    variables: tuple[Variable, ...] = ()
    """What it reads from the environment."""
    keys: tuple[str, ...] = ()
    """Variables that hold a secret without which it does not work."""
    needs: tuple[str, ...] = ()
    """Other variables and options without which it does not work."""
    requirements: tuple[str, ...]
    """What pip is asked for; it fits the version that was read."""
    strands: str | None = None
    """What its package asks of strands-agents; None if nothing: it is used through Strands."""
    programs: tuple[str, ...] = ()
    """What must be installed beside the packages."""
    permissions: tuple[Permission, ...] | None = ()
    """What its own calls to AWS need; None if that depends on what the agent is told to do."""
    unfit: dict[Platform, str] = Field(default_factory=dict)
    """Where it cannot do its work, or should not, and why; elsewhere no hindrance is known."""
    setup: str
    """Python that makes it: import statements at its top, then others."""
    expression: str
    """Of Python, that is handed to the agent after `setup`."""
    given_as: Given = "tools"
    """Which argument of `strands.Agent` it belongs to; memory stores go into a MemoryManager."""
    deprecated: str | None = None
    """What its authors say of its end; None if they do not withdraw it."""
    documentation: str = ""
    """A link."""
    source: str
    """The distribution that was read, with its version."""

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """Where no hindrance is known."""
        return tuple(name for name in get_args(Platform) if name not in self.unfit)

    @property
    def needs_extras(self) -> bool:
        """Whether more than the plain packages of Strands must be installed."""
        plain = ("strands-agents>", "strands-agents-tools>")
        return not all(each.startswith(plain) for each in self.requirements)

    @property
    def imports(self) -> tuple[str, ...]:
        """The import statements of `setup`."""
        lines = self.setup.splitlines()
        return tuple(
            "\n".join(lines[each.lineno - 1 : each.end_lineno]) for each in _imports(self.setup)
        )

    @property
    def statements(self) -> str:
        """What `setup` does after its imports; "" if nothing."""
        last = max((each.end_lineno or 0 for each in _imports(self.setup)), default=0)
        return "\n".join(self.setup.splitlines()[last:]).strip()

    @property
    def usage(self) -> str:
        """A program that gives it to an agent."""
        return "\n".join(_usage(self)) + "\n"

    def hindrances(self, platform: Platform) -> Iterator[str]:
        """What stands against it there, a sentence each."""
        if platform in self.unfit:
            yield f"{self.id} does not fit {platform}: {self.unfit[platform]}."
        elif platform in TARGETS and CONSENT in {each.name for each in self.variables}:
            yield (
                f"{self.id} asks a person before it acts; on {platform} there is none, so it needs "
                f"{CONSENT}=true, and then nobody is asked."
            )


def _usage(tool: Tool) -> Iterator[str]:
    given = {
        "tools": f"tools=[{tool.expression}]",
        "plugins": f"plugins=[{tool.expression}]",
        "session_manager": f"session_manager={tool.expression}",
        "memory_stores": f"memory_manager=MemoryManager(stores=[{tool.expression}])",
    }[tool.given_as]
    imports = {*tool.imports}
    if _TOOL in imports:
        imports = imports - {_TOOL} | {"from strands import Agent, tool"}
    else:
        imports.add("from strands import Agent")
    if tool.given_as == "memory_stores":
        imports.add("from strands.memory import MemoryManager")
    ordered = sorted(imports, key=lambda text: (text.startswith("from"), text))
    standard = [each for each in ordered if _module(each) in sys.stdlib_module_names]
    yield from [*standard, ""] if standard else []
    yield from [each for each in ordered if each not in standard]
    yield ""
    if tool.statements:
        defines = [""] if tool.statements.startswith(("@", "def ")) else []
        yield from [*defines, tool.statements, "", *defines]
    yield f"agent = Agent({given})"


def _module(text: str) -> str:
    """The top of what an import statement imports."""
    return text.split()[1].partition(".")[0]


def _imports(setup: str) -> list[ast.stmt]:
    return [each for each in ast.parse(setup).body if isinstance(each, ast.Import | ast.ImportFrom)]
