"""MLflow's command line, with the sqlite store made first: `python -m burnish.experiments.server`.

Arguments are `mlflow`'s own: `server --backend-store-uri URI ...`.
"""

from __future__ import annotations

import sys

from burnish.config import Tracking
from burnish.experiments.store import create, locate


def main(arguments: list[str]) -> None:
    """Make the store that the arguments name, then become `mlflow`."""
    uri = arguments[arguments.index("--backend-store-uri") + 1]
    create(locate(Tracking(uri=uri)))
    from mlflow.cli import cli

    cli(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
