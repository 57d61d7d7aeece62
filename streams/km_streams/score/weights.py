"""At least how many bytes a part of the state takes when it is encoded (MessagePack)."""

from typing import Final

from km_streams.score.state import Call, RunState

_NUMBER: Final = 9
"""Of any integer, and more than the head of any string, array or map here."""
_CALL_NUMBERS: Final = 16 * _NUMBER
_DIRECTION: Final = 32
_KEY: Final = 300
"""Of the key a call stands under."""
_RUN_NUMBERS: Final = 24 * _NUMBER + 64
_RANGE: Final = 3 * _NUMBER


def weight_of_call(call: Call) -> int:
    """Of one call without a final answer; the same from its opening to its end."""
    return _CALL_NUMBERS + _DIRECTION + _KEY + sum(map(_of_text, (call.rpc_id, call.method, call.target)))


def weight_of_run(run: RunState) -> int:
    """Of one run with its calls."""
    facts = run.facts
    texts = (run.server, facts.server_info_name, facts.server_info_version, facts.client_name, facts.client_version)
    return _RUN_NUMBERS + sum(map(_of_text, (*texts, facts.protocol_version))) + len(run.missing) * _RANGE + run.weight


def _of_text(text: str | None) -> int:
    return 0 if text is None else len(text.encode())
