"""`python -m km.shipper`: the background process that wrappers start."""

from km.shipper.main import run_detached

run_detached()
