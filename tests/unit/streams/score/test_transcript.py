"""`km-streams score`: a transcript through the real sanitizer and fold."""

import json

from click.testing import CliRunner, Result

from km_streams.cli import main

SECRET = "ghp_" + "A1b2" * 9


def line(run: str, direction: str, frame: object, server: str = "files", at: str = "2026-11-23T12:00:00Z") -> str:
    text = frame if isinstance(frame, str) else json.dumps(frame)
    return json.dumps({"run": run, "server": server, "direction": direction, "at": at, "frame": text}) + "\n"


def request(rpc_id: int, **arguments: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": rpc_id, "method": "tools/call", "params": {"name": "x", "arguments": arguments}}


TRANSCRIPT = [
    line("a", "client_to_server", request(1, path="~/.ssh/id_rsa")),
    line("b", "client_to_server", request(1, q="hello"), "web"),
    "\n",
    line(
        "b",
        "server_to_client",
        {"jsonrpc": "2.0", "id": 1, "result": {"isError": True}},
        "web",
        "2026-11-23T13:00:01+01:00",
    ),
    line("a", "server_to_client", {"jsonrpc": "2.0", "id": 1, "result": {"content": [{"text": SECRET}]}}),
    line("b", "client_to_server", request(2, token=SECRET), "web"),
    line("b", "client_to_server", "no json at all", "web"),
]


def run(*arguments: str, text: str = "".join(TRANSCRIPT)) -> Result:
    return CliRunner().invoke(main, ["score", "-", *arguments], input=text)


def test_each_line_is_one_object_with_the_run_as_it_is_called_and_its_own_seqs() -> None:
    done = run("--json")
    assert done.exit_code == 0, done.output
    scored = [json.loads(text) for text in done.output.splitlines()]
    assert [(one["run"], one["seq"]) for one in scored] == [("a", 1), ("b", 1), ("b", 2), ("a", 2), ("b", 3), ("b", 4)]
    assert set(scored[0]) == {"run", "seq", "score", "level", "signals", "calls", "cost"}
    (signal,) = scored[0]["signals"]
    assert signal == {"id": "sensitive-path", "weight": signal["weight"], "path": "$['params']['arguments']['path']"}
    assert all(isinstance(one["cost"], int) and one["cost"] > 0 for one in scored)
    (call,) = scored[2]["calls"]
    assert (call["outcome"], call["duration_us"], call["opened_seq"]) == ("tool_error", 1_000_000, 1)
    assert SECRET not in done.output


def test_runs_are_of_one_installation() -> None:
    reuse = json.loads(run("--json").output.splitlines()[4])
    assert "credential-reuse" in [signal["id"] for signal in reuse["signals"]]
    assert reuse["level"] == "high"


def test_without_json_it_is_a_table_for_people() -> None:
    done = run()
    assert done.exit_code == 0
    assert "sensitive-path" in done.output
    assert "call 1 x: tool_error in 1000.0 ms" in done.output
    assert SECRET not in done.output


def test_a_line_of_another_form_is_named_and_not_quoted() -> None:
    done = run(text=TRANSCRIPT[0] + '{"run": "very secret"}\n')
    assert done.exit_code == 1
    assert "Error: line 2 is not of the form" in done.output
    assert "very secret" not in done.output
