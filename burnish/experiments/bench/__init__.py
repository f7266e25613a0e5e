"""Benchmarks: every task by every contestant, results row by row, what they say together."""
