"""A Python wheel as it lies in its file: metadata, extras and syntax trees. Nothing is imported."""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from functools import cached_property
from pathlib import Path
from typing import Any

_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MODULES = {
    "a2a-sdk": "a2a", "aws-requests-auth": "aws_requests_auth", "bedrock-agentcore":
    "bedrock_agentcore", "beautifulsoup4": "bs4", "mem0ai": "mem0", "nest-asyncio": "nest_asyncio",
    "opencv-python": "cv2", "opensearch-py": "opensearchpy", "pillow": "PIL", "pyjwt": "jwt",
    "strands-agents": "strands",
}  # fmt: skip
"""What a distribution is imported as, where it is not its own name."""
UPKEEP = frozenset({"all", "build", "dev", "docs"})
"""Extras that no tool needs."""


class Unknown(Exception):
    """The value is not written in the source."""


@dataclass(frozen=True)
class Wheel:
    """One wheel."""

    path: Path
    """Its file."""

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @cached_property
    def _head(self) -> Any:
        return HeaderParser().parsestr(self._of_dist_info("METADATA"))

    def _of_dist_info(self, name: str) -> str:
        found = [text for path, text in self._texts.items() if path.endswith(f"dist-info/{name}")]
        return found[0].decode() if found else ""

    @property
    def name(self) -> str:
        """Of the distribution."""
        return str(self._head["Name"])

    @property
    def version(self) -> str:
        """Of the distribution."""
        return str(self._head["Version"])

    @property
    def summary(self) -> str:
        """Its one line."""
        return str(self._head["Summary"] or "")

    @property
    def links(self) -> dict[str, str]:
        """Its project's links, by lower-case name."""
        lines = self._head.get_all("Project-URL") or []
        pairs = (line.partition(", ") for line in lines)
        return {name.lower(): link for name, _, link in pairs}

    @property
    def script(self) -> str:
        """The command that it installs; "" if none, or several."""
        lines = self._of_dist_info("entry_points.txt").partition("[console_scripts]")[2]
        names = re.findall(r"^([\w.-]+)\s*=", lines.partition("\n[")[0], re.MULTILINE)
        return names[0] if len(names) == 1 else ""

    def needs(self, extra: str = "") -> dict[str, str]:
        """Requirements by the distribution's name; with an extra, those that it adds."""
        found = {}
        for line in self._head.get_all("Requires-Dist") or []:
            asked = _EXTRA.search(line)
            if (asked.group(1) if asked else "") == extra:
                name = _NAME.match(line)
                assert name is not None, line
                found[name.group().lower()] = line.partition(";")[0].strip()
        return found

    @cached_property
    def extras(self) -> dict[str, set[str]]:
        """What each extra lets one import that the wheel alone does not."""
        names = set(self._head.get_all("Provides-Extra") or []) - UPKEEP
        own = set(map(module_of, self.needs()))
        return {extra: set(map(module_of, self.needs(extra))) - own for extra in sorted(names)}

    @cached_property
    def modules(self) -> dict[str, ast.Module]:
        """Syntax trees by dotted name; tests left out."""
        found = {}
        for path, text in self._texts.items():
            if path.endswith(".py") and "/tests/" not in path and ".dist-info" not in path:
                dotted = path[:-3].removesuffix("/__init__").replace("/", ".")
                found[dotted] = ast.parse(text, path)
        return found

    def is_package(self, module: str) -> bool:
        """Whether the module is a folder."""
        return f"{module.replace('.', '/')}/__init__.py" in self._texts

    def imports(self, module: str) -> Iterator[tuple[str, str, str]]:
        """What a module imports: module, name in it ("" for all of it), name here."""
        parts = module.split(".") if self.is_package(module) else module.split(".")[:-1]
        for node in ast.walk(self.modules[module]):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, "", alias.asname or alias.name
            elif isinstance(node, ast.ImportFrom):
                base = parts[: len(parts) - node.level + 1] if node.level else []
                source = ".".join([*base, *(node.module or "").split(".")]).strip(".")
                for alias in node.names:
                    yield source, alias.name, alias.asname or alias.name

    def home(self, source: str, name: str) -> str:
        """The module that an imported name lies in; "" if that is in another distribution."""
        if f"{source}.{name}" in self.modules:
            return f"{source}.{name}"
        if source in self.modules and self.is_package(source):
            for behind, there, here in self.imports(source):
                if here == name and behind != source:
                    return self.home(behind, there) or source
        return source if source in self.modules else ""

    def value(self, node: ast.expr | None, module: str) -> Any:
        """What an expression is, as far as the source says it.

        Raises:
            Unknown: it is made when the program runs.
        """
        if node is None:
            raise Unknown
        if isinstance(node, ast.Name):
            return self._constant(node.id, module)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.value(node.left, module), self.value(node.right, module)
            if isinstance(left, str) and isinstance(right, str):
                return left + right
        if isinstance(node, ast.List | ast.Tuple):
            return [self.value(each, module) for each in node.elts]
        if isinstance(node, ast.Dict):
            return self._mapping(node, module)
        try:
            found = ast.literal_eval(node)
        except (ValueError, TypeError):
            raise Unknown from None
        if isinstance(found, bytes | set | complex):
            raise Unknown
        return found

    def _mapping(self, node: ast.Dict, module: str) -> dict[Any, Any]:
        found = {}
        for key, value in zip(node.keys, node.values, strict=True):
            try:
                found[self.value(key, module)] = self.value(value, module)
            except Unknown:
                continue
        return found

    def _constant(self, name: str, module: str) -> Any:
        for node in self.modules[module].body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(each, ast.Name) and each.id == name for each in targets):
                    return self.value(node.value, module)
        for source, there, here in self.imports(module):
            if here == name and source in self.modules and source != module:
                return self._constant(there, source)
        raise Unknown


def module_of(distribution: str) -> str:
    """What a distribution is imported as."""
    return _MODULES.get(distribution.lower(), distribution.lower().replace("-", "_"))
