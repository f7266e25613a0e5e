"""Trying an agent project: build its image, run it shut off from everything, talk to it.

May import: `burnish.agents`, `burnish.sandbox`, `burnish.registries` and below.
"""
