"""What the questions say for a language other than Python; the docstrings in `questions.py` are
Python's own."""
