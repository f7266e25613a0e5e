"""One worked demo per question, as TOML: data that is reviewed like code.

May import: nothing of burnish.
"""
