"""Milliseconds to load the catalogues of models and tools, and to ask them."""

from __future__ import annotations

from collections.abc import Callable

from timing import median_ms

from burnish.registries.catalogue.models import catalogue
from burnish.registries.catalogue.tools import toolbox


def load_models() -> object:
    """Anew, without the cache."""
    catalogue.cache_clear()
    return catalogue()


def load_tools() -> object:
    """Anew, without the cache."""
    toolbox.cache_clear()
    return toolbox()


def main() -> None:
    """Print one table for each catalogue."""
    models = [model.id for model in catalogue()][:3]
    tools = [tool.id for tool in toolbox()][:10]
    table(
        f"{len(list(catalogue()))} models",
        {
            "load": load_models,
            "filter": lambda: catalogue().filter(["tool_use"], max_cost=2),
            "recommend": lambda: catalogue().recommend("agents", 2),
            "compare three": lambda: catalogue().compare(models),
            "get": lambda: catalogue().get(models[0]),
        },
    )
    table(
        f"{len(list(toolbox()))} tools",
        {
            "load": load_tools,
            "filter": lambda: toolbox().filter(category="web", platform="lambda", search="search"),
            "compatibility of ten": lambda: toolbox().compatibility(tools, "lambda"),
            "requirements of ten": lambda: toolbox().requirements(tools),
            "get": lambda: toolbox().get(tools[0]),
        },
    )


def table(title: str, work: dict[str, Callable[[], object]]) -> None:
    """Print the median of each."""
    print(f"\n{title}\n\n| | median, ms |\n|---|---|")
    for name, each in work.items():
        print(f"| {name} | {median_ms(each):.2f} |")


if __name__ == "__main__":
    main()
