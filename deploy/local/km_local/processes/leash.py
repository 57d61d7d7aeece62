"""Become another program that dies with its parent: `leash.py PARENT SIGNAL UID GID PROGRAM [ARG…]`.

Runs as a script of its own (standard library only), because a function between fork and exec may deadlock in a
parent that has threads. UID and GID of -1 keep the identity. The signal is set after the identity, since the
kernel forgets it when the identity changes (prctl(2), PR_SET_PDEATHSIG).
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def become(parent: int, signal: int, uid: int, gid: int, argv: list[str]) -> None:
    """Replace this process by `argv`; the kernel sends it `signal` when the thread that started it ends."""
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() == parent:  # else the parent died before the leash was on
        os.execvp(argv[0], argv)  # noqa: S606 - becoming another program is its one purpose


if __name__ == "__main__":
    parent, orphan_signal, uid, gid = (int(number) for number in sys.argv[1:5])
    become(parent, orphan_signal, uid, gid, sys.argv[5:])
