"""`python -m cli` is `net-effect`."""

from cli import main

main()
