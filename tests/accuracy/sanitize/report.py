"""`python -m tests.accuracy.sanitize.report`: recall by kind and place, false alarms by kind, and what fired."""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.testing import known_sanitizer

from .frames import Labelled, clean, planted


@dataclass(slots=True)
class Tally:
    """Frames and failures of each kind, places of the failures, rules that fired on clean frames, an example."""

    frames: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    examples: defaultdict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))

    def share(self, kinds: Iterable[str] | None = None) -> float:
        """Of frames that failed, of all kinds or of some."""
        among = set(kinds) if kinds is not None else set(self.frames)
        return sum(self.failed[kind] for kind in among) / max(1, sum(self.frames[kind] for kind in among))


def is_readable(value: str, data: bytes) -> bool:
    """Whether a value still stands in a frame, in its strings or in JSON inside them."""
    said = json.dumps(orjson.loads(data), ensure_ascii=False)
    plain = said.replace("\\\\", "\\").replace('\\"', '"')
    shown = value.replace("\n", "\\n")
    return any(form in text for form in {value, shown} for text in (said, plain))


def tally(sanitizer: Sanitizer, frames: Iterable[Labelled]) -> Tally:
    """What the sanitizer does with labelled frames."""
    made = Tally()
    for frame in frames:
        result = sanitizer.sanitize(frame.data, 0)
        made.frames[frame.kind] += 1
        if frame.planted is None:
            made.rules.update({finding.rule for finding in result.findings})
        if (result.data != frame.data) if frame.planted is None else is_readable(frame.planted, result.data):
            made.failed[frame.kind] += 1
            made.places[frame.kind, frame.place] += 1
            made.examples[frame.kind].append(result.data if frame.planted is None else frame.data)
    return made


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser()
    options.add_argument("--each", type=int, default=3, help="frames for each kind and place")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--examples", type=int, default=0)
    given = options.parse_args()
    for title, frames in (
        ("planted values still readable", planted(given.seed, given.each)),
        ("clean frames altered", clean(given.seed, given.each * 10)),
    ):
        result = tally(known_sanitizer(), frames)
        total = result.frames.total()
        print(
            f"\n{title}: {result.failed.total()} of {total} = {100 * result.share():.2f} % ({len(result.frames)} kinds)"
        )
        for kind, count in result.failed.most_common():
            where = Counter({place: n for (of, place), n in result.places.items() if of == kind})
            print(
                f"  {kind:<28}{count:>5} of {result.frames[kind]:<6}",
                dict(where.most_common(5)) if len(where) > 1 else "",
            )
            for example in result.examples[kind][: given.examples]:
                print("      ", example.decode("utf-8", "replace")[:260])
        if result.rules:
            print("  rules:", dict(result.rules.most_common(15)))


if __name__ == "__main__":
    main()
