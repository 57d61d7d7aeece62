"""`make fuzz`: atheris on the sanitizer, following the coverage of its code, for some time.

python -m tests.canaries.fuzz [--seconds 60]
python -m tests.canaries.fuzz --again FILE    # one input once more, such as a broken-… that a run left

The first input that breaks a promise in a way of its own is kept in `.km/fuzz` and reported; then it goes on. Status 1
where there was one. atheris is installed beside the environment, from `requirements-fuzz.lock`.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).parents[2]
FOLDER: Final = CHECKOUT / ".km" / "fuzz"
PACKAGES: Final = FOLDER / "packages"
LOCK: Final = CHECKOUT / "requirements-fuzz.lock"
INPUT_LIMIT: Final = 4096
"""Bytes of one input."""


def main() -> int:
    """Fuzz for a time, or try one input again."""
    options = argparse.ArgumentParser(prog="python -m tests.canaries.fuzz")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--again", type=Path)
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.again:
        from .promises import check

        check(given.again.read_bytes())
        return 0
    if given.inside:
        _fuzz(given.seconds)
    return _watched(given.seconds)


def _watched(seconds: int) -> int:
    """A process of its own: libFuzzer ends the one that it runs in."""
    _install()
    for file in _left():
        file.unlink()
    command = [sys.executable, "-m", "tests.canaries.fuzz", "--inside", "--seconds", str(seconds)]
    path = os.pathsep.join([str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])])
    status = subprocess.run(command, check=False, cwd=CHECKOUT, env=os.environ | {"PYTHONPATH": path}).returncode
    for file in _left():
        print(f"left: {file}")
    return 1 if status or _left() else 0


def _install() -> None:
    stamp, wanted = FOLDER / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    install = ("-m", "pip", "install", "--quiet", "--require-hashes", "--upgrade", "--target", str(PACKAGES), "-r")
    subprocess.run([sys.executable, *install, str(LOCK)], check=True)
    stamp.write_text(wanted)


def _left() -> list[Path]:
    return sorted(file for kind in ("broken", "crash", "timeout", "oom") for file in FOLDER.glob(f"{kind}-*"))


def _fuzz(seconds: int) -> None:
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    with atheris.instrument_imports(include=["km_streams.sanitize"]):
        from .promises import BrokenPromiseError, check, write_seeds

    def kept(promise: Callable[[bytes], None]) -> Callable[[bytes], None]:
        seen: set[str] = set()

        def one_input(data: bytes) -> None:
            try:
                promise(data)
            except BrokenPromiseError as broken:
                if broken.promise not in seen:
                    seen.add(broken.promise)
                    (FOLDER / f"broken-{hashlib.sha256(data).hexdigest()[:12]}").write_bytes(data)
                    print(f"BROKEN {broken}", flush=True)

        return one_input

    corpus = FOLDER / "corpus"
    write_seeds(corpus)
    flags = [
        f"-max_total_time={seconds}",
        f"-max_len={INPUT_LIMIT}",
        f"-dict={FOLDER / 'words'}",
        f"-artifact_prefix={FOLDER}/",
        "-timeout=20",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], kept(check))
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
