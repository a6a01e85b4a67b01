"""`python -m sim` is the command `ladeplan`."""

import sys

from sim.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
