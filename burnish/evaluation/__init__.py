"""Judges a run: analyzers, the weighted metric, gates, and the diagnosis of failures.

May import: sandbox, signatures, templates and below.
"""
