"""What agents can be built from: chat models with their prices, and tools, as pinned data.

May import: burnish.records, burnish.errors.
"""
