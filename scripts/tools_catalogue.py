"""Makes burnish/registries/catalogue/tools.json from the wheels of tools.

    pip download --no-deps strands-agents==V strands-agents-tools==V ... -d wheels
    python scripts/tools_catalogue.py wheels/*.whl

Wheels are read by their syntax trees, never imported. What they do not say stays out: unknown is
never false and never 0. A wheel that is none of `READERS` is that of an MCP server. What people
reviewed is in tools.toml, and is not touched.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wheel_functions import Function, described, options, tool_functions
from wheel_source import Wheel, module_of
from wheel_variables import variables

FOLDER = Path(__file__).parents[1] / "burnish" / "registries" / "catalogue"
BUILT_IN = {
    "bedrock-agentcore": {
        "agentcore/memory": "memory.integrations.strands.session_manager"
        ":AgentCoreMemorySessionManager",
        "agentcore/memory_store": "memory.integrations.strands.memorystore.store"
        ":AgentCoreMemoryStore",
        "agentcore/tool_search": "gateway.integrations.strands.plugins.agentcore_tool_search.plugin"
        ":AgentCoreToolSearchPlugin",
        "agentcore/api_key": "identity.auth:requires_api_key",
        "agentcore/access_token": "identity.auth:requires_access_token",
        "agentcore/web_search": "tools.web_search_client:WebSearchClient",
    },
    "mcp-proxy-for-aws": {"agentcore/gateway": "client:aws_iam_streamablehttp_client"},
    "mem0-strands": {"mem0/memory_store": "store:Mem0MemoryStore"},
    "strands-agents": {
        "strands/bedrock_knowledge_base": "vended_memory_stores.bedrock_knowledge_base.store"
        ":BedrockKnowledgeBaseStore",
        "strands/file_memory": "vended_memory_stores.file_memory_store.store:FileMemoryStore",
        "strands/context_injector": "vended_plugins.context_injector.plugin:ContextInjector",
        "strands/context_offloader": "vended_plugins.context_offloader.plugin:ContextOffloader",
        "strands/skills": "vended_plugins.skills.agent_skills:AgentSkills",
    },
}
"""What is built in, yet is no tool that a model calls by its own name: MODULE:NAME."""
Entry = dict[str, Any]


def main() -> None:
    """Read the wheels, write the extract."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("wheels", type=Path, nargs="+", help="the wheels of tools")
    parser.add_argument("--out", type=Path, default=FOLDER / "tools.json")
    given = parser.parse_args()
    wheels = sorted((Wheel(path) for path in given.wheels), key=lambda wheel: wheel.name)
    entries = [entry for wheel in wheels for entry in entries_of(wheel)]
    ids = [entry["id"] for entry in entries]
    assert len(set(ids)) == len(ids), sorted(i for i in ids if ids.count(i) > 1)
    lines = [json.dumps(entry) for entry in sorted(entries, key=lambda entry: entry["id"])]
    sources = json.dumps([f"{wheel.name} {wheel.version}" for wheel in wheels])
    given.out.write_text(
        f'{{"sources": {sources}, "tools": [\n' + ",\n".join(lines) + "\n]}\n", "utf-8"
    )
    sys.stdout.write(f"{given.out}: {len(entries)} tools\n")


def entries_of(wheel: Wheel) -> Iterator[Entry]:
    """What one wheel gives an agent; only what is known."""
    for entry in READERS.get(wheel.name, mcp_server)(wheel):
        yield {key: value for key, value in entry.items() if value not in (None, "", {})}
    for id, place in BUILT_IN.get(wheel.name, {}).items():
        module, _, name = place.partition(":")
        entry = built_in(wheel, id, f"{module_of(wheel.name)}.{module}", name)
        yield {key: value for key, value in entry.items() if value not in (None, "", {})}


def community(wheel: Wheel) -> Iterator[Entry]:
    """strands-agents-tools: a file for each tool, few of which hold several."""
    for module in wheel.modules:
        for function in tool_functions(wheel, module):
            stem = module.rpartition(".")[2]
            if function.owner and is_abstract(wheel, module, function.owner):
                for heir, name in heirs(wheel, module, function.owner):
                    id = heir.rpartition(".")[2]
                    yield community_entry(wheel, id, heir, function, name, module)
            elif function.owner and len(function.names) > 1:
                yield community_entry(wheel, stem, module, function, function.owner)
            else:
                yield community_entry(
                    wheel, function.names[0], module, function, function.owner
                )


def community_entry(
    wheel: Wheel, id: str, module: str, function: Function, owner: str = "", base: str = ""
) -> Entry:
    """One tool of it."""
    read = reach(wheel, module, "strands_tools", base)
    extra = extra_of(wheel, read)
    entry = common(wheel, id, module, extra, read) | {
        "names": function.names, "description": function.description,
        "parameters": function.parameters, "deprecated": function.deprecated,
        "strands": wheel.needs()["strands-agents"],
    }  # fmt: skip
    if owner:
        entry |= {"attribute": owner, "options": options(wheel, module, owner)}
    elif module != f"strands_tools.{id}":
        entry["attribute"] = id
    return entry


def vended(wheel: Wheel) -> Iterator[Entry]:
    """strands-agents: tools in the SDK itself, each made by a factory."""
    for module in wheel.modules:
        stem = module.rpartition(".")[2]
        factory = f"make_{stem}"
        if not re.fullmatch(rf"strands\.vended_tools\.{stem}\.{stem}", module):
            continue
        read = reach(wheel, module, module.rpartition(".")[0])
        entry = common(wheel, f"strands/{stem}", module, extra_of(wheel, read), read)
        ready = any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == stem
            for node in wheel.modules[module].body
        )
        found = list(tool_functions(wheel, module, inside=factory))
        yield entry | {
            "module": "strands.vended_tools", "attribute": stem if ready else factory,
            "names": [stem], "description": described(wheel, module, factory),
            "parameters": found[0].parameters if found else None,
            "options": options(wheel, module, factory),
            "strands": f"strands-agents>={wheel.version}",
        }  # fmt: skip


def built_in(wheel: Wheel, id: str, module: str, name: str) -> Entry:
    """A class, a factory or a decorator that an agent is built with."""
    read = reach(wheel, module, module_of(wheel.name))
    if wheel.name == "strands-agents":  # all of the SDK is near: only its own folder counts
        read = reach(wheel, module, module.rpartition(".")[0])
    needs = wheel.needs() | wheel.needs("strands-agents")
    extra = "strands-agents" if "strands-agents" in wheel.extras else extra_of(wheel, read)
    own = f"strands-agents>={wheel.version}" if wheel.name == "strands-agents" else None
    return common(wheel, id, module, extra, read) | {
        "attribute": name, "description": described(wheel, module, name),
        "options": options(wheel, module, name), "strands": needs.get("strands-agents", own),
    }  # fmt: skip


def mcp_server(wheel: Wheel) -> Iterator[Entry]:
    """A server of the Model Context Protocol that is started as a command."""
    if not wheel.script:
        return
    name = re.sub(r"^(awslabs\.|mcp-server-)|-mcp-server(-py)?$", "", wheel.name)
    id = "mcp/" + name.replace("-", "_")
    entry = common(wheel, id, wheel.script, "", sorted(wheel.modules))
    del entry["module"]
    yield entry | {"command": wheel.script, "description": wheel.summary}


def common(wheel: Wheel, id: str, module: str, extra: str, read: list[str]) -> Entry:
    """What is said of every entry."""
    links = wheel.links
    return {
        "id": id, "module": module, "requirements": [requirement(wheel, extra)],
        "variables": list(variables(wheel, read)), "source": f"{wheel.name} {wheel.version}",
        "documentation": links.get("documentation") or links.get("homepage")
        or links.get("repository"),
    }  # fmt: skip


def requirement(wheel: Wheel, extra: str) -> str:
    """This version and what is compatible with it, by semantic versioning."""
    major, minor = (int(part) for part in (*wheel.version.split("."), "0")[:2])
    below = f"{major + 1}" if major else f"0.{minor + 1}"
    return f"{wheel.name}{f'[{extra}]' if extra else ''}>={wheel.version},<{below}"


def reach(wheel: Wheel, module: str, prefix: str, base: str = "") -> list[str]:
    """The module and what it imports of the same wheel under a prefix, other tools left out."""
    found, waiting = [], [module, *([base] if base else [])]
    while waiting:
        each = waiting.pop()
        if each in found:
            continue
        found.append(each)
        for source, name, _ in wheel.imports(each):
            near = wheel.home(source, name)
            if near.startswith(f"{prefix}.") and not any(tool_functions(wheel, near)):
                waiting.append(near)
    return sorted(found)


def extra_of(wheel: Wheel, read: list[str]) -> str:
    """The smallest extra that gives the most of what the modules import; "" if none is needed."""
    imported = {source.split(".")[0] for module in read for source, _, _ in wheel.imports(module)}
    scores = {extra: len(gives & imported) for extra, gives in wheel.extras.items()}
    best = max(scores.values(), default=0)
    if not best:
        return ""
    return min((e for e in scores if scores[e] == best), key=lambda e: len(wheel.extras[e]))


def is_abstract(wheel: Wheel, module: str, owner: str) -> bool:
    """Whether a class is there to be inherited from."""
    return any(
        isinstance(node, ast.ClassDef) and node.name == owner
        and any(ast.unparse(base) == "ABC" for base in node.bases)
        for node in wheel.modules[module].body
    )  # fmt: skip


def heirs(wheel: Wheel, module: str, owner: str) -> Iterator[tuple[str, str]]:
    """Classes in the same folder that inherit from one: module, name."""
    for other, tree in wheel.modules.items():
        if other.rpartition(".")[0] == module.rpartition(".")[0]:
            for node in tree.body:
                if isinstance(node, ast.ClassDef) and owner in map(ast.unparse, node.bases):
                    yield other, node.name


READERS: dict[str, Callable[[Wheel], Iterator[Entry]]] = {
    "strands-agents": vended,
    "strands-agents-tools": community,
    "bedrock-agentcore": lambda wheel: iter(()),
    "mcp-proxy-for-aws": lambda wheel: iter(()),
    "mem0-strands": lambda wheel: iter(()),
}

if __name__ == "__main__":
    main()
