"""The verbs a program calls: generate(), agenerate(), score()."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from burnish.config import Config, load
from burnish.errors import InputError
from burnish.languages.checks import require_tests
from burnish.records import Candidate, QualityReport, Solution, Spec, Strategy
from burnish.registries.languages import PYTHON, Language, language_of
from burnish.registries.languages import language as find_language

if TYPE_CHECKING:
    import dspy

    from burnish.modules.observer import Observer
    from burnish.sandbox import Sandbox


def generate(
    specification: str,
    *,
    language: str = "python",
    constraints: str = "",
    test_requirements: str = "",
    checks: str | None = None,
    lm: str | dspy.LM | None = None,
    sandbox: str | Sandbox = "auto",
    max_iterations: int | None = None,
    threshold: float | None = None,
    strategy: Strategy | None = None,
    module: str = "",
    program: str = "",
    config: Config | None = None,
    observers: Sequence[Observer] = (),
) -> Solution:
    """Generate code from a specification, run it in a sandbox, score it, and refine it.

    Args:
        specification: What the code must do, in natural language.
        language: Name of a registered language.
        constraints: Limits on the solution, free text.
        test_requirements: What the generated tests must cover, free text.
        checks: Source of your own test file (`from solution import ...`). It is trusted: a
            candidate that fails it is never accepted.
        lm: "local", "provider/name", or a dspy.LM; None for BURNISH_LM, else the embedded model.
        sandbox: "auto", "docker", "bubblewrap", "none", or an open Sandbox.
        max_iterations: Refinement rounds after the first attempt; default 3.
        threshold: Score in [0, 1] needed for acceptance; default 0.8.
        strategy: "direct", "test-first", "incremental" or "template"; None lets the analysis say.
        module: Name of the module that checks and tests import; "" for the language's own.
        program: Text of a saved program, as `burnish optimize` writes it; "" for the shipped
            prompts.
        config: Everything else; None loads it from the environment and burnish.toml.
        observers: Told what happens while it happens.

    Returns:
        The best solution found, accepted or not, with its history. A failing candidate is never
        an exception: look at `accepted`, `status` and `best`.

    Raises:
        InputError: Something passed in cannot be used.
        EnvironmentMissingError: No model can be reached, or the sandbox asked for cannot run.
    """
    import dspy

    from burnish.modules.program import load_program
    from burnish.registries.models import resolve

    spoken = find_language(language)
    if checks is not None:
        require_tests(checks, spoken)
    settings = _settings(config, max_iterations, threshold)
    generator = load_program(
        program, sandbox=sandbox, config=settings, strategy=strategy, observers=observers
    )
    chosen = resolve(lm or settings.lm, settings.model) if lm is None or isinstance(lm, str) else lm
    try:
        with dspy.context(lm=chosen):
            prediction = generator(
                specification=specification,
                language=language,
                constraints=constraints,
                test_requirements=test_requirements,
                checks=checks or "",
                module=module or spoken.module,
            )
    finally:
        generator.close()
    solution: Solution = prediction.solution
    return solution


async def agenerate(specification: str, **options: Any) -> Solution:
    """`generate()` for callers with an event loop: the same work, in a thread of its own."""
    return await asyncio.to_thread(generate, specification, **options)


def score(
    path_or_code: str | Path,
    *,
    checks: str | Path | None = None,
    tests: str | Path | None = None,
    language: str = "",
    sandbox: str | Sandbox = "auto",
    threshold: float | None = None,
    specification: str = "",
    config: Config | None = None,
) -> QualityReport:
    """Judge code that exists already by the same gates and metric as generated code.

    Args:
        path_or_code: A file, or the source itself (a str with a line break is taken as source).
        checks: Test file or its source, importing the module by its file's name; trusted.
        tests: Further tests, counted like generated ones.
        language: Name of a registered language; "" for the one that the file's suffix tells.
        sandbox: "auto", "docker", "bubblewrap", "none", or an open Sandbox.
        threshold: Score needed for acceptance; default 0.8.
        specification: Text that examples and performance requirements are read from.
        config: Everything else; None loads it.

    Raises:
        InputError: A file cannot be read, is too long, or the checks do not parse.
        SandboxUnavailableError: The sandbox asked for cannot run.
    """
    from burnish.evaluation import evaluate
    from burnish.evaluation.examples import find_examples
    from burnish.evaluation.requirements import find_entry_point, find_performance
    from burnish.modules.opening import opened

    settings = _settings(config, None, threshold)
    spoken = find_language(language) if language else _language_of(path_or_code)
    code, module = _source(path_or_code), _module_name(path_or_code, spoken)
    if len(code) > settings.limits.max_code_length:
        raise InputError(
            f"The code has {len(code):,} characters; at most "
            f"{settings.limits.max_code_length:,} are taken.",
            remedy="Split the module or raise limits.max_code_length.",
        )
    checks_source = _source(checks) if checks is not None else ""
    if checks is not None:
        require_tests(checks_source, spoken)
    spec = Spec(
        text=specification,
        language=spoken.name,
        module=module,
        checks=checks_source,
        performance=find_performance(specification),
    )
    candidate = Candidate(
        code=code,
        tests=_source(tests) if tests is not None else "",
        language=spec.language,
        module=module,
        move="given",
    )
    with opened(sandbox, settings, spoken.name) as box:
        execution = box.run(
            candidate,
            checks=spec.checks,
            examples=find_examples(specification, find_entry_point(specification)),
        )
    return evaluate(candidate, execution, spec=spec, metric=settings.metric)


def _settings(config: Config | None, max_iterations: int | None, threshold: float | None) -> Config:
    # what nobody set stays unset: languages have defaults of their own
    base = (config or load()).model_dump(exclude_unset=True)
    limits = base.get("limits", {}) | _given(max_iterations=max_iterations)
    metric = base.get("metric", {}) | _given(threshold=threshold)
    return load(**base | {"limits": limits, "metric": metric})


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _source(path_or_code: str | Path) -> str:
    """Text of the file, or the text itself if it spans lines."""
    if isinstance(path_or_code, str) and "\n" in path_or_code:
        return path_or_code
    path = Path(path_or_code)
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text.", remedy="Save it as UTF-8.") from None
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise InputError(
            f"{path}: {reason}.", remedy="Give the path of a file, or source with line breaks."
        ) from None


def _language_of(path_or_code: str | Path) -> Language:
    if isinstance(path_or_code, str) and "\n" in path_or_code:
        return PYTHON
    return language_of(Path(path_or_code).name)


def _module_name(path_or_code: str | Path, spoken: Language) -> str:
    if isinstance(path_or_code, str) and "\n" in path_or_code:
        return spoken.module
    stem = Path(path_or_code).stem
    if not stem.isidentifier():
        raise InputError(
            f"{Path(path_or_code).name} cannot be imported: {stem!r} is no module name.",
            remedy="Rename the file to letters, digits and underscores.",
        )
    return stem
