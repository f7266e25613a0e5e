"""The trace of a finished work, built after the fact: work > stages > model calls."""

from __future__ import annotations

from typing import Any

from burnish.experiments.measures import Stage
from burnish.records import ModelCall, Solution


def record(solution: Solution, stages: tuple[Stage, ...], *, experiment: str, run: str) -> str:
    """Write one trace into the experiment, linked to the run; its id.

    Uses mlflow's tracking URI of this process, and its spans' own start and end times.
    """
    import mlflow
    from mlflow.entities import SpanType

    spans = [(s.started_ns, s.ended_ns) for s in stages]
    spans += [(c.started_ns, c.ended_ns) for c in solution.calls]
    if not spans:
        return ""
    root = mlflow.start_span_no_context(
        "burnish.generate",
        span_type=SpanType.CHAIN,
        inputs=solution.spec.model_dump(exclude_defaults=True),
        attributes={"status": solution.status, "stopped": solution.stopped},
        metadata={"mlflow.sourceRun": run},
        experiment_id=experiment,
        start_time_ns=min(start for start, _ in spans),
    )
    waiting = list(solution.calls)
    for stage in stages:
        mine = [call for call in waiting if _within(call, stage)]
        waiting = [call for call in waiting if call not in mine]
        span = mlflow.start_span_no_context(
            stage.name,
            span_type=SpanType.TASK,
            parent_span=root,
            attributes={"round": str(stage.round)},
            start_time_ns=stage.started_ns,
        )
        for call in mine:
            _record_call(call, span)
        span.end(end_time_ns=stage.ended_ns)
    for call in waiting:
        _record_call(call, root)
    root.end(
        outputs={
            "status": solution.status,
            "accepted": solution.accepted,
            "score": solution.score,
            "code": solution.code,
        },
        end_time_ns=max(end for _, end in spans),
    )
    return str(root.trace_id)


def _within(call: ModelCall, stage: Stage) -> bool:
    same = (call.stage, call.round) == (stage.name, stage.round)
    return same and stage.started_ns <= call.started_ns < max(stage.ended_ns, stage.started_ns + 1)


def _record_call(call: ModelCall, parent: Any) -> None:
    import mlflow
    from mlflow.entities import SpanType
    from mlflow.tracing.constant import CostKey, SpanAttributeKey, TokenUsageKey

    attributes: dict[str, Any] = {
        SpanAttributeKey.MODEL: call.model,
        SpanAttributeKey.MESSAGE_FORMAT: "openai",
        "stage": call.stage,
        "round": call.round,
        "cached": call.usage.cached_calls > 0,
    }
    if call.usage.tokens:
        attributes[SpanAttributeKey.CHAT_USAGE] = {
            TokenUsageKey.INPUT_TOKENS: call.usage.prompt_tokens,
            TokenUsageKey.OUTPUT_TOKENS: call.usage.completion_tokens,
            TokenUsageKey.TOTAL_TOKENS: call.usage.tokens,
        }
    if call.usage.cost_usd is not None:
        attributes[SpanAttributeKey.LLM_COST] = {CostKey.TOTAL_COST: call.usage.cost_usd}
    span = mlflow.start_span_no_context(
        call.model,
        span_type=SpanType.CHAT_MODEL,
        parent_span=parent,
        inputs={"messages": list(call.messages), "model": call.model},
        attributes=attributes,
        start_time_ns=call.started_ns,
    )
    if call.error:
        span.record_exception(call.error)
    span.end(
        outputs={
            "choices": [{"index": 0, "message": {"role": "assistant", "content": call.response}}]
        },
        status="ERROR" if call.error else "OK",
        end_time_ns=call.ended_ns,
    )
