"""Agent projects: made from a context, tried in their container, deployed to AWS, priced.

May import: everything but cli and experiments.
"""
