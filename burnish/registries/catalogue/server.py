"""How an agent starts a server of the Model Context Protocol: as a child that is told only what it
reads, for Strands hands on almost nothing of the environment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

AWS_VARIABLES = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION",
    "AWS_DEFAULT_REGION", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
)  # fmt: skip
"""What a server that calls AWS must be told: who it is, and where."""
_IMPORTS = """\
from mcp import StdioServerParameters, stdio_client
from strands.tools.mcp import MCPClient
"""


def server(found: Mapping[str, Any], command: str, arguments: Sequence[str] = ()) -> dict[str, str]:
    """The `setup` and `expression` of an entry whose server is a command.

    Args:
        found: What is known of the entry; its id, keys, needs, variables, permissions.
        command: What its package installs.
        arguments: Of the command; "${NAME}" is taken from the environment when it starts.
    """
    stem = found["id"].rpartition("/")[2]
    name = f"{stem}_server"
    told = _told(found)
    lines = ["import os\n"] if told or arguments else []
    lines.append(_IMPORTS)
    parameters = [f'command="{command}",']
    if arguments:
        parameters += ["args=[", *(f"    {_source(each)}," for each in arguments), "],"]
    if told:
        lines += [f"{stem}_reads = [", *(f'    "{each}",' for each in told), "]"]
        passed = f"name: os.environ[name] for name in {stem}_reads if name in os.environ"
        short = len(passed) <= 100 - len("            env={},")
        parameters += [f"env={{{passed}}},"] if short else ["env={", f"    {passed}", "},"]
    inside = [f"            {each}" for each in parameters]
    lines += [f"{name} = MCPClient(", "    lambda: stdio_client(",
              "        StdioServerParameters(", *inside, "        )", "    )", ")"]  # fmt: skip
    return {"setup": "\n".join(lines), "expression": name}


def _told(found: Mapping[str, Any]) -> list[str]:
    """The variables that it reads, each once."""
    needs = [word for need in found.get("needs", []) for word in need.split(" or ")]
    reads = [each["name"] for each in found.get("variables", [])]
    aws = AWS_VARIABLES if found.get("permissions", ()) != () else ()
    return list(dict.fromkeys([*found.get("keys", []), *needs, *reads, *aws]))


def _source(argument: str) -> str:
    if argument.startswith("${"):
        return f'os.environ["{argument[2:-1]}"]'
    return f'"{argument}"'
