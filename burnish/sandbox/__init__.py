"""Runs untrusted code and hands back an ExecutionReport that the code cannot forge.

May import: registries and below. Never signatures or templates.
"""
