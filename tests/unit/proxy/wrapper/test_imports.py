"""The wrapper is on the way of every first reply: what it imports is counted."""

import subprocess
import sys

IMPORT_ALL = """
import sys
sys.path.append(sys.argv[1])
import km.main, km.wrapper.recording, km.wrapper.relay, km.wrapper.shipper_start
print("\\n".join(sorted(sys.modules)))
"""
SLOW = {"asyncio", "ctypes", "dataclasses", "enum", "json", "pathlib", "re", "signal", "site", "threading", "typing"}


def modules_of_the_wrapper() -> set[str]:
    import km

    root = next(iter(km.__path__)).removesuffix("/km")
    command = [sys.executable, "-I", "-S", "-c", IMPORT_ALL, root]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_the_wrapper_imports_the_standard_library_and_itself_alone() -> None:
    foreign = {name.partition(".")[0] for name in modules_of_the_wrapper()} - set(sys.stdlib_module_names)
    assert foreign == {"__main__", "km"} - set(sys.stdlib_module_names)
    assert not {name for name in modules_of_the_wrapper() if name.startswith("km.shipper")}


def test_the_wrapper_imports_nothing_slow() -> None:
    assert modules_of_the_wrapper() & SLOW == set()
