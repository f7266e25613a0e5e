"""DSPy modules and the refine loop: the only place that orchestrates.

May import: evaluation and below. Never mlflow: observers attach from outside.
"""
