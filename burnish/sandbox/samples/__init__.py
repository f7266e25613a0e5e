"""Small programs in every language that do one thing each; data of the conformance suite."""
