"""Judges a run: analyzers, the weighted metric, gates, and what a text says of itself.

May import: sandbox, signatures, templates and below.
"""

from burnish.evaluation.judgement import evaluate

__all__ = ["evaluate"]
