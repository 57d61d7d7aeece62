"""Nothing of the commands is on the way of a server's first reply."""

import subprocess
import sys
from pathlib import Path

WRAP = """
import sys
sys.path.append(sys.argv.pop(1))
told = sys.argv.pop(1)
import os
leave, wrapper = os._exit, os.getpid()
def tell(code):
    if os.getpid() == wrapper:
        with open(told, "w") as file:
            file.write(" ".join(sys.modules))
    leave(code)
os._exit = tell
from km.main import main
main()
"""


def test_wrapping_a_server_imports_no_command_and_no_client(tmp_path: Path) -> None:
    import km

    root = next(iter(km.__path__)).removesuffix("/km")
    command = [sys.executable, "-I", "-S", "-c", WRAP, root, str(tmp_path / "told"), "--", "true"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    subprocess.run(command, check=True, env=environment, stdin=subprocess.DEVNULL)
    modules = set((tmp_path / "told").read_text().split())
    assert "km.wrapper.relay" in modules
    assert {name for name in modules if name.startswith(("km.cli", "km.clients", "km.shipper"))} == set()
    assert modules & {"tomlkit", "yaml", "msgspec", "argparse", "json", "aiokafka", "km_schemas"} == set()
