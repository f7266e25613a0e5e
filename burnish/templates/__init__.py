"""Jinja2 templates and proven code patterns; data first, with thin loaders.

May import: registries and below. Never sandbox or signatures.
"""
