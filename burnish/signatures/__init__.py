"""Prompts as types: one DSPy Signature per question we ask a model, its demo, and the adapter.

May import: registries and below. Never sandbox or templates.
"""
