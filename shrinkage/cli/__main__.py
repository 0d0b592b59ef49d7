"""`python -m shrinkage.cli`."""

import sys

from shrinkage.cli import main

sys.exit(main())
