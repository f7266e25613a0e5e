"""MLflow's command line, with the sqlite store made first: `python -m burnish.experiments.server`.

Arguments are `mlflow`'s own: `server ...`. The store is named by the environment, as command lines
are seen by every user of a machine.
"""

from __future__ import annotations

import os
import sys

from burnish.config import Tracking
from burnish.experiments.store import create, locate

STORE = "MLFLOW_BACKEND_STORE_URI"
"""Variable with the store's URI; MLflow's own, in place of `--backend-store-uri`."""


def main(arguments: list[str]) -> None:
    """Make the store that the environment names, then become `mlflow`."""
    create(locate(Tracking(uri=os.environ[STORE])))
    from mlflow.cli import cli

    cli(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
