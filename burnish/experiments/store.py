"""Where runs are kept: which MLflow store is meant, and making the local one quickly and whole."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from burnish.config import Tracking, data_dir
from burnish.registries.address import without_password

SQLITE = "sqlite:///"
DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
"""What the URI of a database begins with; "+DRIVER" may follow."""


@dataclass(frozen=True)
class Store:
    """One MLflow tracking store."""

    uri: str
    """MLflow tracking URI, with its password if it has one; `shown` is for people."""
    database: Path | None
    """The sqlite file, absolute; None if the store is anything else."""

    @property
    def shown(self) -> str:
        """The URI without user and password."""
        return without_password(self.uri)

    @property
    def is_server(self) -> bool:
        """Whether the URI is the address of a running server, with a UI of its own."""
        return self.uri.startswith(("http://", "https://"))

    @property
    def artifacts(self) -> Path | None:
        """Folder for artifacts: beside the sqlite file, of any other database in the user's data
        folder; None where the store decides, as a server does. MLflow would put a database's into
        the working directory."""
        if self.database:
            return self.database.parent / "artifacts"
        kind = self.uri.partition(":")[0].partition("+")[0]
        return data_dir().absolute() / "artifacts" if kind in DATABASES else None


def locate(settings: Tracking) -> Store:
    """The store that the settings mean: their URI, MLFLOW_TRACKING_URI, else the user's sqlite."""
    uri = settings.uri or os.environ.get("MLFLOW_TRACKING_URI")
    if not uri:
        uri = f"{SQLITE}{(data_dir() / 'mlflow.db').absolute()}"
    if not uri.startswith(SQLITE) or uri == SQLITE:
        return Store(uri.rstrip("/"), None)
    database = Path(uri.removeprefix(SQLITE)).absolute()
    return Store(f"{SQLITE}{database}", database)


def create(store: Store) -> None:
    """Make the sqlite file and its folders if they are not there; other stores are left alone.

    MLflow's migrations wait for the disk at every step (6.5 s measured). A store that nobody
    uses yet needs no such care: it is built under another name without it (1.1 s) and takes
    its own name only when it is whole, so that an interruption leaves nothing half-made.
    Imports mlflow and changes how SQLAlchemy connects: call it in a process of its own.
    """
    database = store.database
    if database is None or database.exists():
        return
    from mlflow import MlflowClient
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def without_waiting(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    database.parent.mkdir(parents=True, exist_ok=True)
    draft = database.with_name(f".{database.name}.{os.getpid()}")
    event.listen(Engine, "connect", without_waiting)
    try:
        MlflowClient(f"{SQLITE}{draft}").search_experiments(max_results=1)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        _publish(draft, database)
    finally:
        event.remove(Engine, "connect", without_waiting)
        for leftover in database.parent.glob(f"{draft.name}*"):
            leftover.unlink(missing_ok=True)


def _publish(draft: Path, database: Path) -> None:
    """Give the draft its name, unless another process was quicker: its store is as good."""
    try:
        os.link(draft, database)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not database.exists():
            draft.rename(database)
