"""What an agent costs a month: the bill of the project that would be deployed, and what would save.

May import: project and what lies below it.
"""
