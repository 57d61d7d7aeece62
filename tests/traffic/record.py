"""`python -m tests.traffic.record [SESSION…]`: ordinary traffic, recorded anew from the real servers.

Needs Python's and Node's package indexes at the first time; all traffic stays on loopback.
"""

import random
import sys
import time
from collections import Counter
from typing import Final

import anyio
from tests.traffic import neutral, recording, world
from tests.traffic.desk import noted, seated
from tests.traffic.pace import BREAK_US, paced
from tests.traffic.recording import Line
from tests.traffic.servers import SERVERS, install
from tests.traffic.sessions import SESSIONS, Session

_MORNING_US: Final = 1_795_420_800_000_000
"""2026-11-23T08:00:00Z: when the first session begins."""
_DAY_US: Final = 86_400 * 1_000_000


def main() -> None:
    """Record the named sessions, or all."""
    wanted = sys.argv[1:] or list(SESSIONS)
    for server in sorted({server for name in wanted for server in SESSIONS[name].servers}):
        install(SERVERS[server])
    for name in wanted:
        began = time.monotonic()
        lines = anyio.run(_recorded, name, SESSIONS[name])
        recording.write(name, lines)
        frames = Counter(line["server"] for line in lines)
        print(f"{name}: {len(lines)} frames, {time.monotonic() - began:.0f} s, {dict(frames)}", flush=True)


async def _recorded(name: str, session: Session) -> list[Line]:
    chance = random.Random(name)
    start_us = _MORNING_US + list(SESSIONS).index(name) * _DAY_US + chance.randrange(BREAK_US)
    with world.made() as place:
        async with seated(place, [SERVERS[server] for server in session.servers], session.mode) as desk:
            await session.talk(desk)
        lines = [line for _, line in paced(noted(place), start_us, chance)]
        for line in lines:
            line["frame"] = neutral.neutral(line["frame"], place.root)
            neutral.check(line["frame"], place.root)
    return lines


if __name__ == "__main__":
    main()
