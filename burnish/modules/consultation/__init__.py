"""Reads what an agent is to be out of a conversation, a workflow's state, or free text.

`document` finds who says what and where, `rules` reads what needs no understanding, `extractor`
asks a model for the rest. May import: evaluation and what lies below it, and modules.
"""
