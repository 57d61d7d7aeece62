"""`python -m km.cli COMMAND`: where `km COMMAND` ends up."""

import sys

from km.cli.ship import ship

COMMANDS = {"ship": ship}

sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
