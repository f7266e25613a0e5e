"""What agents can be built from: chat models with their prices, as pinned data."""
