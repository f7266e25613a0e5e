"""Offline optimisation: DSPy's optimizers on the loop, within a budget, proven on a dev split."""
