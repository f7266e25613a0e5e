"""What stands in the output folder, file by file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from burnish.config import Weights
from burnish.languages.edits import rename
from burnish.records import Solution
from burnish.registries.languages import Language, language
from burnish.templates.environment import render
from burnish.templates.package.folder import REPORT, place
from burnish.templates.package.page import page
from burnish.templates.package.project import project_files, test_command
from burnish.templates.package.report import FileEntry, report


def write(
    solution: Solution, folder: Path, *, force: bool = False, weights: Weights | None = None
) -> tuple[Path, ...]:
    """Write the package of a finished work: module, tests, README.md, report.json, report.html.

    Where the model gave nothing usable there is no module and no tests, only the reports and a
    README that says so. An interruption leaves no half-written file.

    Args:
        solution: The finished work, accepted or not.
        folder: Made if it is not there, with its parents.
        force: Replace burnish's own files in a folder that is not empty; others are kept.
        weights: Weights of the dimensions, to be shown; None leaves them out.

    Returns:
        The files written.

    Raises:
        OutputFolderError: the folder cannot be written, or holds files and `force` is False.
    """
    return place(contents(solution, weights=weights), folder, force=force)


def contents(solution: Solution, *, weights: Weights | None = None) -> dict[str, bytes]:
    """File names and bytes of the package; report.json, which lists the others, comes last."""
    spec = solution.spec
    spoken = language(spec.language)
    texts, tests = {}, []
    if solution.code:
        texts[f"{spec.module}{spoken.suffix}"] = solution.code
        if solution.tests.strip():
            tests.append(spoken.test_name(spec.module))
            texts[tests[-1]] = solution.tests
        if spec.checks.strip():
            tests.append(checks_name(spec.module, spoken))
            texts[tests[-1]] = checks_text(spec.checks, spec.module, spoken)
        texts |= project_files(spec.language, spec.module, tuple(tests))
    texts["README.md"] = readme(solution, tuple(texts))
    texts["report.html"] = render("package/report.html.j2", **page(solution, weights))
    files = {name: _bytes(text) for name, text in texts.items()}
    entries = tuple(
        FileEntry(name=name, sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data))
        for name, data in files.items()
    )
    files[REPORT] = _bytes(report(solution, weights=weights, files=entries).as_json())
    return files


def checks_name(module: str, spoken: Language) -> str:
    """File of the caller's checks; never the name of the generated tests."""
    if spoken.name == "java":  # named after its class, which must not be that of the other file
        return spoken.test_name(f"{module}Checks")
    return spoken.test_name("checks" if module != "checks" else "callers_checks")


def checks_text(checks: str, module: str, spoken: Language) -> str:
    """The caller's checks; in Java their class is called as the file that they are put into."""
    if spoken.name != "java":
        return checks
    return rename(checks, f"{module}Test", f"{module}ChecksTest")


def readme(solution: Solution, names: tuple[str, ...]) -> str:
    """The documentation, followed by what was verified and what was not."""
    usage = solution.best.execution.of("usage") if solution.best else ()
    return render(
        "package/readme.md.j2",
        solution=solution,
        language=language(solution.spec.language),
        names=names,
        example_ran=bool(usage) and all(test.outcome == "passed" for test in usage),
        has_example=bool(usage),
        command=test_command(solution.spec.language, solution.tests),
    )


def _bytes(text: str) -> bytes:
    # lone surrogates become \uXXXX, which JSON and Python read as the same character
    return text.encode("utf-8", "backslashreplace")
