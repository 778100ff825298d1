"""`python -m adrs` is `adrs`."""

from adrs.cli.app import main

if __name__ == "__main__":
    main()
