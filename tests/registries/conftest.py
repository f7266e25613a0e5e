from __future__ import annotations

from pathlib import Path

import pytest

from burnish.registries import weights
from burnish.registries.registry import Registry
from burnish.registries.weights import EmbeddedModel
from tests.registries.sources import make_wheels, toy_model

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder of the test's own; the folder of models in it."""
    monkeypatch.setenv("BURNISH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv(weights.MODEL_PATH_VARIABLE, raising=False)
    return tmp_path / "cache" / "models"


@pytest.fixture
def toy(cache: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedModel:
    """A small model in the place of the real ones; no source has it unless the test says so."""
    models: Registry[EmbeddedModel] = Registry("embedded model")
    model = models.register("toy", toy_model(), aliases=("local",))
    monkeypatch.setattr(weights, "MODELS", models)
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return model


@pytest.fixture
def wheel_folder(toy: EmbeddedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The toy model's parts, where pip finds them."""
    folder = tmp_path / "wheels"
    make_wheels(folder)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder
