"""Where an installation keeps its spool, configuration, lock and identity."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH100, PTH102, PTH111, PTH117, PTH118, PTH120

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_FILE = "config.toml"
INSTALLATION_FILE = "installation.json"
LOCK_FILE = "shipper.lock"
SHIPPER_LOG = "shipper.log"
SPOOL_FOLDER = "spool"


def home_folder(environment: "Mapping[str, str]") -> str:
    """`KM_HOME`, by default `$XDG_STATE_HOME/kilometers` (XDG Base Directory 0.8: `~/.local/state`)."""
    chosen = environment.get("KM_HOME")
    if chosen:
        return os.path.abspath(chosen)
    # XDG: a relative path in the variable is invalid and to be ignored.
    state = environment.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        state = os.path.expanduser("~/.local/state")
    return os.path.join(state, "kilometers")


def make_private_folder(path: str) -> None:
    """Create `path` and its parents, the folder itself readable by its owner alone."""
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        return
    except FileNotFoundError:
        make_private_folder(os.path.dirname(path))
        os.mkdir(path, 0o700)
