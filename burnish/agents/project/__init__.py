"""A context made into the files of a project: blueprint, infrastructure, rights, tools, pins.

May import: api, templates and what lies below them.
"""
