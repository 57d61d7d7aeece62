"""What only Linux can, behind a few functions: another system gets a module of the same shape."""
# Without pathlib, whose import every start of a server would wait for:
# ruff: noqa: PTH115, PTH208

import os

_PR_SET_CHILD_SUBREAPER = 36
"""linux/prctl.h"""


def become_subreaper() -> bool:
    """Make every orphan below this process its child (prctl(2)); whether that worked."""
    try:
        # The ctypes package costs 3 ms that the server would have to wait for; its core does this one call.
        from _ctypes import call_function, dlopen, dlsym  # noqa: PLC0415 - in the guard only
    except ImportError:
        return False  # a Python without libffi: a grandchild that turned daemon is out of reach

    prctl = dlsym(dlopen(None, 0), "prctl")  # type: ignore[arg-type] # None: this process, as in ctypes.CDLL(None)
    return bool(call_function(prctl, (_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)) == 0)


def boot_id() -> bytes:
    """Which boot of the machine this is (random(4)): the boot clocks of two boots cannot be compared."""
    return _read("/proc/sys/kernel/random/boot_id").strip()


def parent_in_stat(stat: bytes) -> int:
    """The parent's id in `/proc/<pid>/stat` (proc(5)): the second field behind the name in parentheses."""
    return int(stat[stat.rindex(b")") + 2 :].split(b" ", 2)[1])


def descendants(parents: dict[int, int], ancestor: int) -> list[int]:
    """Every process below `ancestor`, of a map from process to parent."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    level = [ancestor]
    while level:
        level = [child for pid in level for child in children.get(pid, ())]
        found += level
    return found


def process_parents() -> dict[int, int]:
    """Every process now, with its parent."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            parents[int(name)] = parent_in_stat(_read(f"/proc/{name}/stat"))
        except OSError:
            continue  # it has just ended
    return parents


def process_ancestors(pid: int) -> list[tuple[int, bytes]]:
    """The processes above `pid`, nearest first, with their executables (empty where they may not be read)."""
    chain: list[tuple[int, bytes]] = []
    while len(chain) < 64:
        try:
            pid = parent_in_stat(_read(f"/proc/{pid}/stat"))
        except OSError:
            break
        if pid <= 0:
            break
        chain.append((pid, _executable(pid)))
    return chain


def _executable(pid: int) -> bytes:
    try:
        return os.readlink(os.fsencode(f"/proc/{pid}/exe"))
    except OSError:
        return b""


def _read(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY)
    try:
        return os.read(fd, 4096)
    finally:
        os.close(fd)
