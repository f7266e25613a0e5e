"""Pictures of a benchmark, as matplotlib figures; drawn without a display."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from burnish.experiments.bench.row import LOOP, Row
from burnish.experiments.bench.summary import Calibration, Standing, Summary

COLOURS = ("#1f6f8b", "#c8553d", "#7a8b1f", "#6b4e9b")


def figures(summary: Summary, rows: Sequence[Row], scores: Sequence[list[float]]) -> dict[str, Any]:
    """Every figure by the name of its file.

    Args:
        scores: Of each of the loop's solutions, the best score after each attempt.
    """
    found = {"pass_by_group.png": pass_by_group(summary), "cost.png": cost(rows)}
    ours = next((each for each in summary.total if each.contestant == LOOP), None)
    if ours is not None and ours.dimensions:
        found["dimensions.png"] = dimensions(ours)
    if summary.calibration is not None:
        found["reliability.png"] = reliability(summary.calibration)
    if scores:
        found["score_by_iteration.png"] = score_by_iteration(scores)
    return found


def pass_by_group(summary: Summary) -> Any:
    """pass@1 with its intervals, of all and by group, a bar for each contestant."""
    parts = [summary.groups[by] for by in ("language", "difficulty")]
    groups = [("all", summary.total)]
    groups += [pair for part in parts if len(part) > 1 for pair in part.items()]
    figure, axes = axes_of(max(6.0, 1.1 * len(groups)))
    names = summary.header.contestants
    width = 0.8 / len(names)
    for index, contestant in enumerate(names):
        for place, (_, standings) in enumerate(groups):
            for each in standings:
                if each.contestant == contestant:
                    _bar(axes, place + (index - (len(names) - 1) / 2) * width, each, width, index)
        axes.bar(0, 0, color=COLOURS[index], label=_plain(contestant))
    axes.set_xticks(range(len(groups)), [name for name, _ in groups], rotation=20)
    axes.set_ylim(0, 1)
    axes.set_ylabel("pass@1, 95% interval")
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(names))
    return figure


def _bar(axes: Any, place: float, each: Standing, width: float, index: int) -> None:
    found = each.pass_at[1]
    spread = [[found.value - found.low], [found.high - found.value]]
    axes.bar(place, found.value, width, color=COLOURS[index], yerr=spread, capsize=2)


def dimensions(ours: Standing) -> Any:
    """Mean of each dimension of the loop's quality score."""
    figure, axes = axes_of(6.0)
    names = list(ours.dimensions)
    axes.barh([name.replace("_", " ") for name in names], [ours.dimensions[n] for n in names],
              color=COLOURS[0])  # fmt: skip
    axes.set_xlim(0, 1)
    axes.invert_yaxis()
    axes.set_xlabel("mean over all rows")
    return figure


def reliability(found: Calibration) -> Any:
    """Share that is right against the score: on the diagonal the score is a probability."""
    figure, axes = axes_of(5.0)
    axes.plot([0, 1], [0, 1], color="#999999", linestyle="--", linewidth=1)
    sizes = [20 + 8 * count for *_, count in found.bins]
    axes.scatter([b[1] for b in found.bins], [b[2] for b in found.bins], s=sizes, color=COLOURS[0])
    for _, score, solved, count in found.bins:
        axes.annotate(str(count), (score, solved), textcoords="offset points", xytext=(8, 6))
    axes.set_xlim(0, 1.02)
    axes.set_ylim(-0.04, 1.04)
    axes.set_xlabel("quality score")
    axes.set_ylabel("share that passes the hidden tests")
    if found.auroc is not None:
        axes.set_title(f"AUROC {found.auroc:.2f}, calibration error {found.error:.2f}")
    return figure


def score_by_iteration(scores: Sequence[list[float]]) -> Any:
    """The best score after each attempt: thin a task, thick their mean."""
    figure, axes = axes_of(6.0)
    longest = max(map(len, scores))
    for line in scores:
        axes.plot(range(len(line)), line, color=COLOURS[0], alpha=0.25, linewidth=1)
    kept = [[*line, *[line[-1]] * (longest - len(line))] for line in scores if line]
    means = [sum(column) / len(column) for column in zip(*kept, strict=True)]
    axes.plot(range(longest), means, color=COLOURS[1], linewidth=2.5, marker="o", label="mean")
    axes.set_xticks(range(longest))
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("iteration")
    axes.set_ylabel("best score so far")
    axes.legend(frameon=False)
    return figure


def cost(rows: Sequence[Row]) -> Any:
    """Tokens of every row against how much of the hidden tests it passes."""
    figure, axes = axes_of(6.0)
    names = sorted({row.contestant for row in rows}, key=lambda name: (name != LOOP, name))
    for index, name in enumerate(names):
        own = [row for row in rows if row.contestant == name and row.tests_total]
        axes.scatter(
            [row.usage.all_tokens for row in own],
            [row.tests_passed / row.tests_total for row in own],
            color=COLOURS[index % len(COLOURS)], alpha=0.6, label=_plain(name),
        )  # fmt: skip
    if any(row.usage.all_tokens and row.tests_total for row in rows):  # else there is no scale
        axes.set_xscale("log")
    axes.set_xlabel("tokens")
    axes.set_ylabel("share of hidden tests passed")
    axes.set_ylim(-0.04, 1.04)
    axes.legend(frameon=False, loc="center left")
    return figure


def _plain(name: str) -> str:
    """The name of a file for a legend, in which dollars would enclose a formula."""
    return name.replace("$", r"\$")


def axes_of(width: float) -> tuple[Any, Any]:
    """A new figure, `width` inches wide, and its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 4.0), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes
