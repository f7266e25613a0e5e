"""How good is a model's first module, by the words in which it is asked?

    python benchmarks/first_answers.py --language go [--samples 2] [--words words.toml]

Draws modules for `benchmarks/neutral/*.md`, as the generator asks for the first one, and makes the
held-out calls and the specification's own examples in them. `--words` is a file like
`burnish/signatures/idioms/LANGUAGE.toml`; its `[write_code] instructions` replace the shipped ones.
Rows are written as they come; run again, it goes on.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from statistics import mean
from typing import Any

import dspy
from specifications import held_out_calls

from burnish.config import load
from burnish.evaluation.side_by_side import side_by_side
from burnish.languages import toolchain
from burnish.modules.prompts import Prompts
from burnish.modules.session import Session, UnusableAnswer
from burnish.modules.writing import analyze, write_code
from burnish.records import Candidate, Spec
from burnish.registries.models import is_small, resolve
from burnish.sandbox import Sandbox, open_sandbox
from burnish.signatures.adapter import PlainAdapter

SPECIFICATIONS = Path(__file__).parent / "neutral"


def main() -> None:
    """Draw what has no row yet, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--language", default="go")
    parser.add_argument("--lm", default="local")
    parser.add_argument("--samples", type=int, default=2, help="Modules a specification.")
    parser.add_argument("--words", type=Path)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    prompts = Prompts(arguments.language)
    if arguments.words:
        words = tomllib.loads(arguments.words.read_text("utf-8"))["write_code"]["instructions"]
        prompts.write_code.signature = prompts.write_code.signature.with_instructions(words)
    config = load(lm=arguments.lm, model={"cache": False})
    arguments.rows.parent.mkdir(parents=True, exist_ok=True)
    lines = arguments.rows.read_text("utf-8").splitlines() if arguments.rows.exists() else []
    rows = [json.loads(line) for line in lines]
    done = {(row["name"], row["sample"]) for row in rows}
    wanted = [
        (path, sample)
        for sample in range(arguments.samples)
        for path in sorted(SPECIFICATIONS.glob("*.md"))
        if (path.stem, sample) not in done
    ]
    box = open_sandbox(config.sandbox, arguments.language)

    def one(given: tuple[Path, int]) -> dict[str, Any]:
        path, sample = given
        lm = resolve(config.lm, config.model, seed=sample)
        with dspy.context(lm=lm, adapter=PlainAdapter()):
            return drawn(prompts, path, sample, arguments.language, box)

    for row in side_by_side(one, wanted, arguments.workers):
        rows.append(row)
        with arguments.rows.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print({key: value for key, value in row.items() if key != "code"}, flush=True)
    box.close()
    print(table(rows))


def drawn(prompts: Prompts, path: Path, sample: int, language: str, box: Sandbox) -> dict[str, Any]:
    """One module and what it does."""
    spec = Spec(text=path.read_text("utf-8"), language=language)
    session = Session(prompts, spec, small=is_small(dspy.settings.lm))
    analysis = analyze(session, spec, "direct", ask=False)
    try:
        code = write_code(session, spec, analysis)
    except UnusableAnswer:
        code = ""
    held_out = held_out_calls(path.with_suffix(".toml"))
    shares = []
    for examples in (analysis.examples, held_out):
        run = box.run(Candidate(code=code, language=language), examples=examples)
        shares.append(run.passed("example") / len(examples))
    outline = toolchain(language).outline(code)
    return {
        "name": path.stem,
        "sample": sample,
        "examples": shares[0],
        "held_out": shares[1],
        "raises": any(found.raises for found in outline.public),
        "fallible": any("error" in d.result or "Result" in d.result for d in outline.public),
        "asked_to_raise": any(example.raises for example in held_out),
        "tokens": session.usage.completion_tokens,
        "code": code,
    }


def table(rows: list[dict[str, Any]]) -> str:
    """What the drawn modules do, as a Markdown table of one row."""
    head = (
        "| modules | pass the examples | pass all held-out calls | held-out calls that pass "
        "| may fail where none is asked | output tokens |\n|---|---|---|---|---|---|"
    )
    plain = [row for row in rows if not row["asked_to_raise"]]
    cells = [
        len(rows),
        sum(row["examples"] == 1 for row in rows),
        sum(row["held_out"] == 1 for row in rows),
        f"{mean(row['held_out'] for row in rows):.0%}",
        f"{sum(row['raises'] or row['fallible'] for row in plain)} of {len(plain)}",
        f"{mean(row['tokens'] for row in rows):.0f}",
    ]
    return f"{head}\n| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
