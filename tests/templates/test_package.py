"""The output folder: what stands in it, and that it gets there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from burnish.config import Weights
from burnish.errors import OutputFolderError
from burnish.records import Finding
from burnish.templates import package
from burnish.templates.package import folder as placing
from burnish.templates.package.contents import contents
from burnish.templates.package.report import Report
from burnish.templates.package.schema import markdown
from tests import builders
from tests.templates.packages import CODE, HOSTILE, nothing_usable, work

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "solution.py", "test_solution.py", "test_checks.py", "README.md", "report.json", "report.html",
}  # fmt: skip


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_package_holds_the_module_its_tests_and_its_reports(tmp_path: Path) -> None:
    written = package.write(work(), tmp_path / "new" / "out")
    assert names(tmp_path / "new" / "out") == NAMES == {path.name for path in written}
    assert (tmp_path / "new" / "out" / "solution.py").read_text() == CODE
    assert names(tmp_path / "new") == {"out"}


def test_the_packages_own_tests_pass_with_plain_pytest(tmp_path: Path) -> None:
    package.write(work(module="slugs"), tmp_path / "out")  # trusted: written by hand, above
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_checks_never_take_the_place_of_generated_tests() -> None:
    files = contents(work(module="checks"))
    assert {"checks.py", "test_checks.py", "test_callers_checks.py"} <= set(files)
    assert b"test_words_are_joined" in files["test_checks.py"]


def test_report_json_follows_its_schema_and_lists_the_other_files(tmp_path: Path) -> None:
    package.write(work(), tmp_path / "out", weights=Weights())
    report = Report.model_validate_json((tmp_path / "out" / "report.json").read_bytes())
    assert report.accepted and report.best == 1 and report.schema_version == "1.0"
    assert {entry.name for entry in report.files} == NAMES - {"report.json"}
    for entry in report.files:
        data = (tmp_path / "out" / entry.name).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry.sha256, entry.size_bytes)


def test_report_json_holds_no_prompt_and_no_answer() -> None:
    text = contents(work())["report.json"].decode()
    assert "The question of" not in text and "The answer of" not in text
    assert [call["stage"] for call in json.loads(text)["calls"]] == [
        "write_code", "write_tests", "repair_code",
    ]  # fmt: skip


def test_the_documentation_of_report_json_is_that_of_its_model() -> None:
    assert (ROOT / "docs" / "report.md").read_text("utf-8") == markdown()


def test_without_a_usable_answer_there_is_no_module_but_a_readme_that_says_so() -> None:
    files = contents(nothing_usable())
    assert set(files) == {"README.md", "report.html", "report.json"}
    assert b"gave no usable answer" in files["README.md"]
    assert json.loads(files["report.json"])["best"] is None


def test_the_readme_says_what_was_verified_and_what_failed() -> None:
    good = contents(work())["README.md"].decode()
    assert "3 of 3 tests passed in the bubblewrap sandbox" in good
    assert "usage example was executed there without an error" in good
    bad_run = builders.execution(1, 1).model_copy(
        update={"tests": (builders.outcome("usage", "failed", "usage"),)}
    )
    bad = contents(work(run=bad_run))["README.md"].decode()
    assert "**Not accepted**" in bad and "**failed**" in bad and "Gate not met" in bad


def test_the_readme_says_what_the_tests_need() -> None:
    solution = work()
    assert "in this folder with `pytest`." in contents(solution)["README.md"].decode()
    best = solution.best
    assert best is not None
    sampled = best.candidate.model_copy(
        update={"tests": f"from hypothesis import HealthCheck, given\n{best.candidate.tests}"}
    )
    solution = solution.model_copy(update={"best": best.model_copy(update={"candidate": sampled})})
    said = contents(solution)["README.md"].decode()
    assert "with `pytest` and the package `hypothesis`." in said


def test_the_readme_says_when_nothing_was_executed() -> None:
    static = work().model_copy(update={"validation_method": "STATIC_ANALYSIS_ONLY"})
    assert "never executed" in contents(static)["README.md"].decode()
    assert "never executed" in contents(static)["report.html"].decode()


def test_the_page_escapes_everything_that_a_model_or_a_candidate_wrote() -> None:
    run = builders.execution(1, 1).model_copy(update={"output": HOSTILE, "error": HOSTILE})
    made = work(text=HOSTILE, code=f"# {HOSTILE}\nx = 1\n", run=run)
    quality = made.history[1].quality.model_copy(
        update={
            "findings": tuple(
                Finding(category="style", severity="low", message=HOSTILE, tool="t", line=line)
                for line in (1, None)
            )
        }
    )
    attempt = made.history[1].model_copy(update={"quality": quality, "feedback": HOSTILE})
    made = made.model_copy(update={"history": (made.history[0], attempt), "best": attempt})
    page = contents(made)["report.html"].decode()
    assert "<script" not in page and "\x1b" not in page and "\u202e" not in page
    assert "49" not in page.split("<body>")[1].split("alert(1)")[1][:80]
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 6
    assert "\\u202e" in page and "\\x1b[2J" in page


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = contents(work())["report.html"].decode()
    assert "http" not in page.replace("http-equiv", "") and " src=" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_lone_surrogates_in_code_do_not_stop_the_writing(tmp_path: Path) -> None:
    made = work()
    candidate = made.history[1].candidate.model_copy(update={"code": 'x = "\ud800"\n'})
    best = made.history[1].model_copy(update={"candidate": candidate})
    made = made.model_copy(update={"best": best, "history": (made.history[0], best)})
    files = contents(made)
    assert files["solution.py"] == b'x = "\\ud800"\n'
    assert json.loads(files["report.json"])["best"] == 1


def test_a_folder_with_files_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "solution.py").write_text("mine")
    with pytest.raises(OutputFolderError, match=r"not empty.*--force"):
        package.write(work(), tmp_path)
    assert names(tmp_path) == {"solution.py"}
    assert (tmp_path / "solution.py").read_text() == "mine"


def test_force_replaces_our_files_and_keeps_others(tmp_path: Path) -> None:
    (tmp_path / "thesis.md").write_text("mine")
    (tmp_path / "solution.py").write_text("old")
    package.write(work(), tmp_path, force=True)
    assert names(tmp_path) == NAMES | {"thesis.md"}
    assert (tmp_path / "thesis.md").read_text() == "mine"
    assert (tmp_path / "solution.py").read_text() == CODE


def test_force_removes_what_an_earlier_package_left_unless_it_was_changed(tmp_path: Path) -> None:
    package.write(work(module="first"), tmp_path, force=True)
    (tmp_path / "first.py").write_text("changed by hand")
    package.write(work(checks=""), tmp_path, force=True)
    assert names(tmp_path) == (NAMES - {"test_checks.py"}) | {"first.py"}


def test_a_forged_report_cannot_delete_files_elsewhere(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    sha256 = hashlib.sha256(b"mine").hexdigest()
    (out / "link").symlink_to(victim)
    forged = [{"name": name, "sha256": sha256} for name in ("../victim", str(victim), "link")]
    (out / "report.json").write_text(json.dumps({"files": forged}))
    package.write(work(), out, force=True)
    assert victim.read_text() == "mine" and (out / "link").is_symlink()


@pytest.mark.parametrize("force", [False, True])
def test_an_interruption_leaves_no_half_written_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool
) -> None:
    out = tmp_path / "out"
    if force:
        package.write(work(), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()} if force else {}
    written: list[str] = []

    def write_bytes(path: Path, data: bytes) -> int:
        if len(written) == 3:
            data, written[-1] = data[:5], ""
        written.append(path.name)
        with path.open("wb") as file:
            file.write(data)
        if "" in written:
            raise KeyboardInterrupt
        return len(data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(KeyboardInterrupt):
        package.write(work(text="another"), out, force=force)
    assert {path.name: path.read_bytes() for path in out.glob("*")} == before
    assert names(tmp_path) == ({"out"} if force else set())


def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputFolderError, match="No space left on device"):
        package.write(work(), tmp_path / "out")
    assert names(tmp_path) == set()


def test_what_cannot_be_a_folder_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for place in ("file", "file/below", "dangling"):
        with pytest.raises(OutputFolderError, match="not a folder"):
            package.check(tmp_path / place)
    with pytest.raises(OutputFolderError, match="cannot write"):
        package.check(Path("/proc/burnish"))
    assert names(tmp_path) == {"file", "dangling"}


def test_the_folder_is_readable_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        package.write(work(), tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o755


def test_an_empty_folder_is_used_as_it_is(tmp_path: Path) -> None:
    inode = tmp_path.stat().st_ino
    package.check(tmp_path)
    placing.place({"a": b"1"}, tmp_path)
    assert names(tmp_path) == {"a"} and tmp_path.stat().st_ino == inode
