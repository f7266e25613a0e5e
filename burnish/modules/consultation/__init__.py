"""Reads what an agent is to be out of a conversation, a workflow's state, or free text.

`document` and `state` find who says what and where; `rules` read, by the words of `vocabulary`,
what needs no understanding; `extractor` asks a model for the rest. May import: evaluation and what
lies below it, and modules.
"""
