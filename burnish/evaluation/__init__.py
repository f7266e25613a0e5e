"""Judges a run: analyzers, the weighted metric, gates, labeled tasks, and what a text says.

May import: sandbox, signatures, templates and below.
"""

from burnish.evaluation.dspy_metric import as_example, metric
from burnish.evaluation.judgement import evaluate, is_simple

__all__ = ["as_example", "evaluate", "is_simple", "metric"]
