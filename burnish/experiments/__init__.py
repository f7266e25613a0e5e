"""MLflow: recording runs, the UI, benchmarks and offline optimisation.

May import: modules and below. mlflow is imported when first needed.
"""
