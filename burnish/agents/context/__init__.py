"""Contexts: read out of consultations, asked for, and kept in files.

May import: modules and what lies below them.
"""
