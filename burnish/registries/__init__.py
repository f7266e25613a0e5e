"""Names to things: languages, language models and the embedded one.

May import: config, records, errors.
"""
