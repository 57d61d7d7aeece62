"""Makes `.venv` from the lock files. Run by the system's Python, before anything of ours is installed.

Usage: python3 deploy/bootstrap.py [run|test]    (`test` adds what tests and linters need)

Standard library only, and no syntax newer than Python 3.6, so that an old Python is told so in a sentence.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "kilometers-installed"
OWN_PACKAGES = ("schemas", "proxy", "streams", "services", "deploy/local")
LOCKS = {"run": ("requirements.lock",), "test": ("requirements.lock", "requirements-test.lock")}
OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_BYTES = 3 * 1024**3


class SetupError(Exception):
    """Why the environment cannot be made, and what to do: one sentence."""


def main(kind):
    """Brings `.venv` to what the lock files say; nothing to do costs a few milliseconds."""
    wanted = fingerprint(kind)
    if wanted in installed():
        return
    check_machine()
    make_venv()
    for lock in LOCKS[kind]:
        install_locked(ROOT / lock)
    install_own()
    with STAMP.open("w") as stamp:
        stamp.write("\n".join(fingerprint(k) for k in LOCKS if LOCKS[k] == LOCKS[kind][: len(LOCKS[k])]))


def fingerprint(kind):
    """Changes when a lock file, one of our packages' metadata, or the place of the checkout does."""
    files = [ROOT / lock for lock in LOCKS[kind]] + [ROOT / p / "pyproject.toml" for p in OWN_PACKAGES]
    digest = hashlib.sha256(f"{kind}{ROOT}".encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def installed():
    """The fingerprints of what `.venv` holds."""
    return STAMP.read_text().split() if STAMP.exists() and (VENV / "bin" / "python").exists() else []


def check_machine():
    """SetupError where Python, its venv module, the platform or the disk will not do."""
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        raise SetupError(
            "Python {}.{} is not supported; install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=…".format(
                *version
            )
        )
    if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
        raise SetupError("Only Linux on x86-64 is supported for now; this is {} {}.".format(*os.uname()[::4]))
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise SetupError(
            "This Python has no venv module; on Debian and Ubuntu: apt-get install python3-venv."
        ) from None
    free = shutil.disk_usage(str(ROOT)).free
    if not VENV.exists() and free < NEEDED_BYTES:
        raise SetupError(f"Only {free / 1e9:.1f} GB free in {ROOT}, and about 3 are needed; free some disk space.")


def make_venv():
    """A fresh `.venv` of this Python; one that was moved or half made is replaced."""
    if STAMP.exists() and VENV.joinpath("bin", "python").exists() and same_python():
        return
    say("creating .venv with Python {}.{}".format(*sys.version_info[:2]))
    if VENV.exists():
        shutil.rmtree(str(VENV))
    run([sys.executable, "-m", "venv", str(VENV)], "The venv module could not make .venv")


def same_python():
    """Whether `.venv` runs this very version of Python."""
    answer = subprocess.run(
        [str(VENV / "bin" / "python"), "-c", "import sys; print(sys.version_info[:2])"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return answer.stdout.decode().strip() == str(tuple(sys.version_info[:2]))


def install_locked(lock):
    """Everything in one lock file, each archive checked against its hash."""
    total = len(re.findall(r"^[A-Za-z0-9].*==", lock.read_text(), re.MULTILINE))
    command = [*pip("install"), "--require-hashes", "--progress-bar", "off", "-r", str(lock)]
    run(command, "pip could not install " + lock.name, total)


def install_own():
    """Our own packages, editable, with the build backend of the lock."""
    say("installing Kilometers' own packages")
    editable = [argument for package in OWN_PACKAGES for argument in ("-e", str(ROOT / package))]
    run([*pip("install"), "--no-deps", "--no-build-isolation", *editable], "pip could not install our own packages")


def pip(verb):
    """pip's command line, the same on every machine."""
    return [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", verb]


def run(command, failure, total=0):
    """Runs a command, its packages counted on one line; SetupError with its likely cause where it fails."""
    environment = dict(os.environ, PYTHONUNBUFFERED="1")
    process = subprocess.Popen(
        command, cwd=str(ROOT), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    seen, tail = 0, []
    for raw in process.stdout:
        line = raw.decode("utf-8", "replace").rstrip()
        tail = [*tail[-40:], line]
        if total and line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            progress(min(seen, total), total, line.split()[1 if line.startswith("C") else 3])
        elif total and line.startswith("Installing collected packages"):
            progress(total, total, "unpacking")
    if total:
        end_progress()
    if process.wait() != 0:
        raise SetupError("{}: {}".format(failure, cause("\n".join(tail))))


def cause(output):
    """What most likely stood in the way, from pip's last lines."""
    for pattern, sentence in (
        (r"No space left|Errno 28", "the disk is full; free some space and run it again."),
        (
            r"NewConnectionError|Temporary failure|Max retries|Timeout|Connection refused|No matching distribution",
            "the package index could not be reached; check the network or pip's index settings and run it again.",
        ),
        (r"DO NOT MATCH THE HASHES", "an archive is not the one in the lock file; do not use this package index."),
    ):
        if re.search(pattern, output):
            return sentence
    last = [line for line in output.splitlines() if line.strip()][-3:]
    return "its last words were: " + " / ".join(last)


def say(text):
    """One line on what happens now."""
    print("· " + text, flush=True)


def progress(done, total, what):
    """One line that counts packages, rewritten in place on a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\033[K· packages {done}/{total} {what[:60]}")
        sys.stdout.flush()
    elif done % 20 == 0 or done == total:
        say(f"packages {done}/{total} {what}")


def end_progress():
    """Leaves the counting line behind."""
    if sys.stdout.isatty():
        sys.stdout.write("\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetupError as error:
        sys.exit(f"kilometers: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
