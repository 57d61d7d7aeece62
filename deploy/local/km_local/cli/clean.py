"""`km-local clean`: removes what a stack of this checkout keeps, here and outside the checkout."""

import shutil
from pathlib import Path

import click

from km_local.database.programs import system_folder
from km_local.stack import lock
from km_local.stack.folders import Folders


@click.command()
def clean() -> None:
    """Remove topics, tables, secrets, logs and caches of this checkout; refuses while its stack runs."""
    folders = Folders(Path.cwd())
    if folders.state.exists():
        lock.take(folders.lock)
        shutil.rmtree(folders.state)
    shutil.rmtree(system_folder(folders.checkout), ignore_errors=True)
