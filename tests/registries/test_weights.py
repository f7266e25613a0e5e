from __future__ import annotations

from pathlib import Path

import pytest

from burnish.errors import InputError, ModelUnavailableError
from burnish.registries import weights
from burnish.registries.weights import EmbeddedModel, find, mark_verified, require
from tests.registries.sources import CONTENT


def test_local_is_the_larger_model() -> None:
    assert weights.MODELS.get("local").name == "qwen2.5-coder-1.5b"


def test_every_model_pins_a_hash_and_every_part_a_version() -> None:
    for model in weights.MODELS:
        assert len(bytes.fromhex(model.sha256)) == 32
        assert len(model.parts.requirements) == model.parts.count
        assert all("==" in requirement for requirement in model.parts.requirements)


def test_nothing_is_found_in_an_empty_cache(cache: Path) -> None:
    assert find() is None
    with pytest.raises(ModelUnavailableError, match=r"burnish lm pull qwen2\.5-coder-1\.5b"):
        require()


def test_a_marker_of_other_weights_does_not_count(toy: EmbeddedModel, cache: Path) -> None:
    cache.mkdir(parents=True)
    path = cache / toy.file
    path.write_bytes(CONTENT)
    mark_verified(path, toy)
    assert find("toy") == path
    marker = cache / f"{toy.file}.verified"
    marker.write_text(marker.read_text().replace(toy.sha256, "0" * 64))
    assert find("toy") is None


@pytest.mark.parametrize("rubbish", ["", "[]", "{", "null"])
def test_a_damaged_marker_does_not_count(toy: EmbeddedModel, cache: Path, rubbish: str) -> None:
    cache.mkdir(parents=True)
    (cache / toy.file).write_bytes(CONTENT)
    (cache / f"{toy.file}.verified").write_text(rubbish)
    assert find("toy") is None


def test_an_own_file_takes_the_place_of_the_default_only(
    toy: EmbeddedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF and more")
    monkeypatch.setenv("BURNISH_MODEL_PATH", str(own))
    assert find() == own
    assert find("toy") is None


def test_an_own_file_that_is_no_gguf_is_bad_input(
    toy: EmbeddedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"PK")
    monkeypatch.setenv("BURNISH_MODEL_PATH", str(own))
    with pytest.raises(InputError, match=r"BURNISH_MODEL_PATH: .*own\.gguf is not a GGUF file"):
        find()


def test_an_own_file_that_is_missing_is_bad_input(
    toy: EmbeddedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_MODEL_PATH", str(tmp_path / "none.gguf"))
    with pytest.raises(InputError, match="No such file"):
        find()
