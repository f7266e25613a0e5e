"""Deploying an agent project to AWS, and taking it away again, with nothing half-made between.

May import: `burnish.agents`, `burnish.sandbox` and below. boto3 is imported when it is needed.
"""
