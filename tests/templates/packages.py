"""A trusted, hand-written work whose package is written, read and run in these tests."""

from __future__ import annotations

from burnish.records import Attempt, Candidate, Coverage, ExecutionReport, Solution, Spec
from tests import builders

CODE = '''"""Join words."""


def slugify(title: str) -> str:
    """Return `title` in lower case, words joined by hyphens."""
    return "-".join(title.lower().split())
'''
TESTS = """from solution import slugify


def test_words_are_joined() -> None:
    assert slugify("A  b") == "a-b"
"""
DOCS = "# slugify\n\n```python\nfrom solution import slugify\n\nprint(slugify('A b'))\n```\n"
CHECKS = (
    "from solution import slugify\n\n\ndef test_one() -> None:\n    assert slugify('A') == 'a'\n"
)
HOSTILE = "<script>alert(1)</script>\x1b[2J\u202egnp.exe & {{ 7 * 7 }}"


def work(
    *,
    module: str = "solution",
    checks: str = CHECKS,
    text: str = "Write slugify(title).",
    code: str = CODE,
    run: ExecutionReport | None = None,
) -> Solution:
    """A work of two attempts, the second accepted unless `run` says otherwise."""

    def adapted(source: str) -> str:
        return source.replace("from solution", f"from {module}")

    first = Candidate(code="def slugify(title: str) -> str: ...\n", module=module)
    second = Candidate(
        code=code,
        tests=adapted(TESTS),
        docs=adapted(DOCS),
        module=module,
        round=1,
        parent=first.id,
        move="repair_code",
        note="it returned nothing",
    )
    passed = ExecutionReport(
        status="PASSED",
        sandbox="bubblewrap",
        tests=(
            builders.outcome("test_one", suite="check"),
            builders.outcome("test_words_are_joined"),
            builders.outcome("usage", suite="usage"),
        ),
        coverage=Coverage(covered=3, total=3),
    )
    history = (
        Attempt(candidate=first, quality=builders.quality(0.4, run=builders.execution(1, 2))),
        Attempt(candidate=second, quality=builders.quality(0.9, run=run or passed)),
    )
    made = builders.solution(*history, text=text)
    spec = Spec(text=text, module=module, checks=adapted(checks))
    return made.model_copy(update={"spec": spec, "best": history[-1]})


def nothing_usable() -> Solution:
    """A work whose model never gave anything to keep."""
    return work().model_copy(
        update={
            "best": None,
            "history": (),
            "status": "NO_USABLE_ANSWER",
            "stopped": "the model gave nothing usable",
            "confidence_level": "LOW",
            "manual_review_recommended": True,
        }
    )
