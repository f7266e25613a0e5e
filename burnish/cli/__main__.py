"""`python -m burnish.cli`, for where the script is not on the path."""

from burnish.cli import main

main()
