"""The embedded model's speed: one request at a time and two, a new prompt and one seen before.

    python benchmarks/bench_embedded.py [--runs 3] [--tokens 150]

Every request asks for the same number of tokens, so that only the machine decides. Anything else
that runs beside it costs the model more than its share.
"""

from __future__ import annotations

import argparse
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from burnish.config import Model
from burnish.registries.models import resolve

LINES = [
    f"- A record number {n} has a name, a date of entry and a note of {n} words." for n in range(40)
]


def main() -> None:
    """Print tokens a second for one and two requests, then what a seen prompt saves."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=150)
    given = parser.parse_args()
    lm = resolve("local", Model(cache=False))
    ask(lm, "Write a haiku.", 8)  # the model is loaded with the first request
    print("| requests at once | tokens a second, each | together |\n|---|---|---|")
    for at_once in (1, 2):
        each = statistics.median(speed(lm, at_once, given.tokens) for _ in range(given.runs))
        print(f"| {at_once} | {each:.1f} | {each * at_once:.1f} |", flush=True)
    new, seen = zip(*(prefix(lm) for _ in range(given.runs)), strict=True)
    print(
        "\n| prompt of a thousand tokens, to the first token of the answer | median, s |\n|---|---|"
    )
    print(f"| new | {statistics.median(new):.1f} |")
    print(f"| all but its last line was in the request before | {statistics.median(seen):.2f} |")


def ask(lm: Any, prompt: str, tokens: int) -> tuple[int, float]:
    """Tokens of the answer, and seconds."""
    own = lm.copy()
    started = time.perf_counter()
    own(messages=[{"role": "user", "content": prompt}], max_tokens=tokens, temperature=0.2)
    return own.history[-1]["usage"]["completion_tokens"], time.perf_counter() - started


def speed(lm: Any, at_once: int, tokens: int) -> float:
    """Mean tokens a second of each of several requests that begin together."""
    prompts = [f"{uuid.uuid4()}: count from one to five hundred in words." for _ in range(at_once)]
    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(lambda prompt: ask(lm, prompt, tokens), prompts))
    return statistics.mean(count / took for count, took in answers)


def prefix(lm: Any) -> tuple[float, float]:
    """Seconds for a prompt that begins as none before, and for another with the same beginning."""
    text = "\n".join([str(uuid.uuid4()), *LINES])
    (_, new), (_, seen) = (ask(lm, f"{text}\nSay {word}.", 1) for word in ("yes", "no"))
    return new, seen


if __name__ == "__main__":
    main()
