"""The name of a server: the package or program its command line launches."""

from collections.abc import Sequence
from typing import Final

_LAUNCHERS: Final = {"npx": "npx", "bunx": "npx", "pnpx": "npx", "uvx": "uvx", "pipx": "pipx", "uv": "uv"}
_RUN_WORDS: Final = {"pipx": ("run",), "uv": ("tool", "run")}
"""Words between a launcher and its package: `pipx run NAME`, `uv tool run NAME`, `uv run NAME`."""
_INTERPRETERS: Final = ("python", "node", "bun", "deno", "ruby", "java", "sh", "bash")
_OPTIONS_WITH_VALUE: Final = {
    "npx": {"-p", "--package", "-c", "--call", "-w", "--workspace"},
    "uvx": {"--from", "--with", "--python", "-p", "--index", "--with-editable"},
    "pipx": {"--spec", "--python", "--pip-args"},
    "uv": {"--from", "--with", "--python", "-p", "--directory", "--project", "--extra", "--with-editable"},
    "docker": {
        "-e", "--env", "--env-file", "-v", "--volume", "--mount", "--name", "--network", "-p", "--publish",
        "-u", "--user", "-w", "--workdir", "--entrypoint", "-l", "--label", "-m", "--memory", "--cpus",
        "--platform", "-h", "--hostname", "--add-host", "--pull", "--gpus", "--cap-add", "--cap-drop",
    },
    "python": {"-W", "-X", "--check-hash-based-pycs"},
    "node": {"-r", "--require", "--import", "--loader", "--env-file", "-C", "--conditions"},
    "java": {"-cp", "-classpath", "--class-path", "-p", "--module-path"},
}  # fmt: skip
_GENERIC_STEMS: Final = {"index", "main", "__main__", "server", "cli", "app", "start", "mod", "stdio"}
_GENERIC_FOLDERS: Final = {"dist", "build", "src", "bin", "lib", "out", "cli", ""}
_SCRIPT_SUFFIXES: Final = (".py", ".js", ".mjs", ".cjs", ".ts", ".mts", ".rb", ".jar", ".sh", ".exe", ".cmd")
_LENGTH_LIMIT: Final = 128


def server_name(argv: Sequence[str]) -> str:
    """The name of what `argv` launches, at most 128 characters; empty for an empty command line.

    `npx -y @scope/pkg@1.2` → `@scope/pkg`, `uvx mcp-server-git` and `python -m mcp_server_git` → their package,
    `docker run -i --rm mcp/fetch:1` → `mcp/fetch`, `node /srv/weather/dist/index.js` → `weather`.
    """
    if not argv:
        return ""
    program, arguments = _program(argv[0]), list(argv[1:])
    return (_launched(program, arguments) or _stem(argv[0]) or program)[:_LENGTH_LIMIT]


def _launched(program: str, arguments: list[str]) -> str:
    if program == "env":
        return server_name(_after_assignments(arguments))
    if program in {"docker", "podman"} and "run" in arguments:
        return _image(arguments[arguments.index("run") + 1 :])
    if program in {"npm", "pnpm", "yarn"}:
        return _package_of(_skip_words(arguments, ("exec", "dlx", "--")), "npx")
    if program in _LAUNCHERS:
        return _package_of(arguments, _LAUNCHERS[program])
    interpreter = next((name for name in _INTERPRETERS if program.startswith(name)), None)
    return _interpreted(interpreter, arguments) if interpreter else ""


def _package_of(arguments: list[str], launcher: str) -> str:
    words = _words(arguments, _OPTIONS_WITH_VALUE[launcher])
    word = next(iter(_skip_words(words, _RUN_WORDS.get(launcher, ()))), "")
    if launcher == "uv" and _program(word).startswith("python"):
        return server_name(arguments[arguments.index(word) :])
    if word.endswith(_SCRIPT_SUFFIXES):
        return _stem(word)
    return _without_version(word)


def _interpreted(interpreter: str, arguments: list[str]) -> str:
    if interpreter in {"sh", "bash"}:
        return _shell_command(arguments)
    for flag in ("-m", "-jar"):
        if flag in arguments[:-1]:
            return _stem(arguments[arguments.index(flag) + 1])
    words = _skip_words(arguments, ("run",)) if interpreter in {"deno", "bun"} else arguments
    return _stem(_first_word(words, _OPTIONS_WITH_VALUE.get(interpreter, set())))


def _shell_command(arguments: list[str]) -> str:
    for flag in ("-c", "-lc", "-ic"):
        if flag in arguments[:-1]:
            words = arguments[arguments.index(flag) + 1].split()
            return server_name([word for word in words if word != "exec"])
    return _stem(_first_word(arguments, set()))


def _first_word(arguments: Sequence[str], with_value: set[str]) -> str:
    return next(iter(_words(arguments, with_value)), "")


def _words(arguments: Sequence[str], with_value: set[str]) -> list[str]:
    """The arguments that are neither options nor values of options."""
    previous = ["", *arguments]
    return [
        argument
        for argument, before in zip(arguments, previous, strict=False)
        if not argument.startswith("-") and before not in with_value
    ]


def _image(arguments: Sequence[str]) -> str:
    image = _first_word(arguments, _OPTIONS_WITH_VALUE["docker"]).partition("@")[0]
    folder, slash, name = image.rpartition("/")
    return folder + slash + name.partition(":")[0]


def _without_version(package: str) -> str:
    """`@scope/pkg` of `@scope/pkg@1.2`, `pkg` of `pkg==1.2` and of `pkg[extra]`."""
    scope, at, rest = ("@", "@", package[1:]) if package.startswith("@") else ("", "", package)
    for mark in ("@", "==", ">=", "~=", "["):
        rest = rest.partition(mark)[0]
    return scope + rest if at else rest


def _after_assignments(arguments: Sequence[str]) -> list[str]:
    start = next((i for i, word in enumerate(arguments) if "=" not in word and not word.startswith("-")), None)
    return [] if start is None else list(arguments[start:])


def _skip_words(arguments: Sequence[str], words: Sequence[str]) -> list[str]:
    rest = list(arguments)
    while rest and rest[0] in words:
        rest.pop(0)
    return rest


def _program(path: str) -> str:
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    return name.removesuffix(".exe").removesuffix(".cmd")


def _stem(path: str) -> str:
    """A script's or program's name; the folder's where the script's own says nothing (`index.js`, `main.py`)."""
    parts = path.replace("\\", "/").split("/")
    stem = parts.pop()
    for suffix in _SCRIPT_SUFFIXES:
        stem = stem.removesuffix(suffix)
    while stem.lower() in _GENERIC_STEMS | _GENERIC_FOLDERS and parts:
        folder = parts.pop()
        if folder.lower() not in _GENERIC_FOLDERS | {".", ".."}:
            return folder
    return stem
