"""`python -m km`."""

from km.main import main

main()
