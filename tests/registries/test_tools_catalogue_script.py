"""scripts/tools_catalogue.py on small wheels: what is read, what is left out, nothing imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.registries.wheels import wheel

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "tools_catalogue.py"
WEATHER = '''
raise SystemExit("imported")
import os
import rain
from strands import tool
from typing_extensions import deprecated
from strands_tools.place import DEFAULT_CITY

@tool
@deprecated("weather is deprecated. Look out of the window.")
def weather(city: str, days: int = 3, units: str = DEFAULT_CITY, when=now(), agent=None) -> str:
    """Tell the weather. It is not always right.

    Args:
        city: Where.
    """
    key = os.environ["RAIN_KEY"]
    hours = int(os.getenv("RAIN_HOURS", "12"))
    wet = os.environ.get("RAIN_WET", "").lower() == "true"
    os.environ["RAIN_SEEN"] = "yes"
    return os.getenv(key)
'''
DRAW = """
TOOL_SPEC = {
    "name": "draw",
    "description": "Draw a picture. " "Of anything.",
    "inputSchema": {"json": {
        "type": "object",
        "properties": {
            "style": {"type": "string", "enum": ["ink", "oil"], "default": "ink"},
            "what": {"type": "string"},
            "made": {"type": "string", "default": today()},
        },
        "required": ["what"],
    }},
}
def draw(tool, **kwargs): ...
"""
BASE = '''
from abc import ABC
from strands import tool
class Oven(ABC):
    @tool
    def bake(self, cake: str) -> str:
        """Bake a cake."""
'''
GAS = '''
from .oven import Oven
import os
class GasOven(Oven):
    """An oven."""
    def __init__(self, heat: int = 180): self.size = os.getenv("OVEN_SIZE", "big")
'''
FILES = {
    "strands_tools/__init__.py": "",
    "strands_tools/weather.py": WEATHER,
    "strands_tools/place.py": 'import os\nDEFAULT_CITY = "metric"\nZONE = os.getenv("ZONE")\n',
    "strands_tools/draw.py": DRAW,
    "strands_tools/kitchen/__init__.py": "",
    "strands_tools/kitchen/oven.py": BASE,
    "strands_tools/kitchen/gas_oven.py": GAS,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The entries by id, of one wheel of tools and one MCP server."""
    folder = tmp_path_factory.mktemp("wheels")
    tools = wheel(
        folder, "strands-agents-tools", "0.8.10", files=FILES,
        requires=["strands-agents>=1.0.0"],
        extras={"rain": ["rain<3"], "all": ["rain<3", "sun<2"], "climate": ["rain<3", "sun<2"]},
        head="Project-URL: Documentation, https://example.com/tools",
    )  # fmt: skip
    server = wheel(
        folder, "awslabs.tea-mcp-server", "2.3.4", head="Summary: Serves tea",
        commands="awslabs.tea-mcp-server = tea.server:main\n",
        files={"tea/server.py": 'import os\nPOT = float(os.getenv("TEA_POT", 1.5))\n'},
    )  # fmt: skip
    out = folder / "tools.json"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tools), str(server), "--out", str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(out.read_text("utf-8"))
    assert document["sources"] == ["awslabs.tea-mcp-server 2.3.4", "strands-agents-tools 0.8.10"]
    return {entry["id"]: entry for entry in document["tools"]}


def test_a_signature_is_read(found: dict[str, dict[str, Any]]) -> None:
    weather = found["weather"]
    assert weather["description"] == "Tell the weather."
    assert weather["deprecated"] == "weather is deprecated. Look out of the window."
    assert weather["parameters"] == [
        {"name": "city", "type": "str", "required": True},
        {"name": "days", "type": "int", "default": 3},
        {"name": "units", "type": "str", "default": "metric"},
        {"name": "when"},  # what is made when the program runs is not known
    ]


def test_variables_are_read_with_types_and_only_if_they_are_read(
    found: dict[str, dict[str, Any]],
) -> None:
    assert found["weather"]["variables"] == [
        {"name": "RAIN_HOURS", "type": "integer", "default": "12"},
        {"name": "RAIN_KEY", "type": "string"},
        {"name": "RAIN_WET", "type": "boolean"},
        {"name": "ZONE", "type": "string"},
    ]
    assert found["mcp/tea"]["variables"] == [
        {"name": "TEA_POT", "type": "number", "default": "1.5"}
    ]


def test_the_smallest_extra_that_serves_is_required(found: dict[str, dict[str, Any]]) -> None:
    assert found["weather"]["requirements"] == ["strands-agents-tools[rain]>=0.8.10,<0.9"]
    assert found["draw"]["requirements"] == ["strands-agents-tools>=0.8.10,<0.9"]
    assert found["mcp/tea"]["requirements"] == ["awslabs.tea-mcp-server>=2.3.4,<3"]


def test_a_specification_is_read(found: dict[str, dict[str, Any]]) -> None:
    assert found["draw"]["parameters"] == [
        {"name": "style", "type": "'ink' | 'oil'", "default": "ink"},
        {"name": "what", "type": "string", "required": True},
        {"name": "made", "type": "string"},
    ]
    assert found["draw"]["description"] == "Draw a picture."
    assert "deprecated" not in found["draw"]
    assert found["draw"]["documentation"] == "https://example.com/tools"


def test_an_abstract_class_is_known_by_its_heirs(found: dict[str, dict[str, Any]]) -> None:
    oven = found["gas_oven"]
    assert oven["names"] == ["bake"] and oven["attribute"] == "GasOven"
    assert oven["options"] == [{"name": "heat", "type": "int", "default": 180}]
    assert oven["variables"] == [{"name": "OVEN_SIZE", "type": "string", "default": "big"}]
    assert "oven" not in found and "bake" not in found


def test_a_server_is_known_by_its_command(found: dict[str, dict[str, Any]]) -> None:
    tea = found["mcp/tea"]
    assert tea["command"] == "awslabs.tea-mcp-server" and tea["description"] == "Serves tea"
    assert "parameters" not in tea and "documentation" not in tea
