"""`python -m kram`: the command line, also where no script is installed."""

from kram.app.cli import main

if __name__ == "__main__":
    main()
