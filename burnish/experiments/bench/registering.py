"""Enters a measured program, and its prompts, in MLflow's registries, and marks the best.

Runs in the recorder's process.
"""

from __future__ import annotations

import json
import re
from typing import Any

from burnish.experiments.bench.row import LOOP, Header
from burnish.experiments.bench.summary import Summary
from burnish.modules.program import named

PROGRAM = "burnish-program"
"""Registered model whose versions are programs."""
HASH = "program"
"""Tag of a version: the program's hash."""


def register(
    client: Any, run: str, state: dict[str, Any], summary: Summary, *, finished: bool
) -> None:
    """Enter the program under its hash, once; move the alias if it did best.

    MLflow's tracking URI of this process is used.

    Args:
        state: The program as `CodeGenerator.dump_state` gives it.
        finished: Whether every task has its rows; otherwise no alias moves.
    """
    header = summary.header
    version = _version(client, run, header)
    ours = next((each for each in summary.total if each.contestant == LOOP), None)
    if ours is None:
        return
    alias, value = best_alias(header), ours.pass_at[1].value
    held = _holder(client, alias)
    if finished and (held is None or value > float(held.tags.get(alias, "-1"))):
        client.set_model_version_tag(PROGRAM, version, alias, f"{value:.6f}")
        client.set_registered_model_alias(PROGRAM, alias, version)
    _register_prompts(header, state, alias if _leads(client, alias, version) else "")


def best_alias(header: Header) -> str:
    """Name of the alias for the best program of those measured under the same conditions.

    E.g. "best-burnish-dev-local-3f2a91bc04de": tasks, split and model to be read, and the hash of
    these and all else that decides results, as the labels, the limit and the samples.
    """
    model = header.lm.rpartition("/")[2]
    parts = ["best", header.tasks, header.split or "all", model, header.conditions]
    return re.sub(r"[^\w-]+", "-", "-".join(parts))


def _version(client: Any, run: str, header: Header) -> str:
    """The version of this program; made of the run's artifact if there is none."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(PROGRAM, description="Prompts and demos of burnish.")
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    for found in client.search_model_versions(f"name = '{PROGRAM}'"):
        if found.tags.get(HASH) == header.program:
            return str(found.version)
    source = f"{client.get_run(run).info.artifact_uri}/program"
    made = client.create_model_version(
        PROGRAM, source, run_id=run, tags={HASH: header.program, "commit": header.commit}
    )
    return str(made.version)


def _holder(client: Any, alias: str) -> Any | None:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_model_version_by_alias(PROGRAM, alias)
    except MlflowException:
        return None


def _leads(client: Any, alias: str, version: str) -> bool:
    held = _holder(client, alias)
    return held is not None and str(held.version) == version


def _register_prompts(header: Header, state: dict[str, Any], alias: str) -> None:
    """One prompt for each predictor: its instructions, fields and demos."""
    import mlflow.genai

    for name, predictor in sorted(state.items()):
        language, question = named(name)
        if not question:
            continue
        called = f"burnish.{language}.{question}"
        text = _literal(prompt_text(predictor))
        last = mlflow.genai.load_prompt(f"prompts:/{called}@latest", allow_missing=True)
        if last is None or last.template != text:
            last = mlflow.genai.register_prompt(
                called, text, commit_message=f"program {header.program}",
                tags={HASH: header.program},
            )  # fmt: skip
        if alias:
            mlflow.genai.set_prompt_alias(called, alias, last.version)


def prompt_text(predictor: dict[str, Any]) -> str:
    """A predictor as a person reads it."""
    signature = predictor["signature"]
    parts = [signature.get("instructions", "")]
    for each in signature.get("fields", ()):
        parts.append(f"{each.get('prefix', '')} {each.get('description', '')}".strip())
    if demos := predictor.get("demos"):
        parts.append("Demos:\n" + json.dumps(demos, indent=1, ensure_ascii=False, default=str))
    return "\n\n".join(part for part in parts if part)


def _literal(text: str) -> str:
    """The text with double braces, which MLflow takes for variables, set apart."""
    return text.replace("{{", "{ {").replace("}}", "} }")
