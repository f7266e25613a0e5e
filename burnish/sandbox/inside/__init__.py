"""What runs inside a sandbox: a supervisor that judges nothing, and workers that it forks.

Sent into the sandbox as source by `harness.py`; standard library, pytest and coverage only.
May import: nothing of burnish outside this folder.
"""
