"""`python -m tests.bench.sanitize`: speed, coverage, false alarms and memory of the sanitizer, as tables.

Medians of several passes over the same frames in one process on one core, beside a floor of orjson.loads and dumps.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence

import orjson

from km_streams.sanitize.encodings import without_binary
from km_streams.sanitize.escapes import flatten
from km_streams.sanitize.frame_text import FrameText
from km_streams.sanitize.sanitizer import Sanitizer
from km_streams.sanitize.testing import known_sanitizer

from .corpus import Frame, corpus
from .hostile import print_table

TARGETS = {"detection only": (35_000, 60_000), "complete redaction": (12_000, 25_000)}


def resident_mb() -> float:
    """Peak of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def per_second(work: Callable[[bytes], object], frames: Sequence[bytes], passes: int) -> float:
    """Frames per second of processor time: the median of the passes."""
    rates = []
    for _ in range(passes):
        started = time.process_time()
        for frame in frames:
            work(frame)
        rates.append(len(frames) / (time.process_time() - started))
    return statistics.median(rates)


def said(data: bytes) -> str:
    """The frame as text, with and without escapes of JSON."""
    return json.dumps(orjson.loads(data), ensure_ascii=False).replace("\\\\", "\\") + flatten(data).decode(
        "utf-8", "replace"
    )


def print_parts(sanitizer: Sanitizer, frames: Sequence[bytes], passes: int) -> None:
    """Microseconds per frame of what a look at a frame consists of; the parts of the last one are looked at alone."""
    detector = sanitizer.detector
    frame_text = FrameText(
        detector.rules, detector.group_of, lambda group, value: bool(detector.named_span(group, value))
    )
    texts = [text for frame in frames if (text := frame_text.text_of(frame, orjson.loads(frame))) is not None]
    without = list(map(without_binary, texts))
    unclear = [frame for frame in frames if not sanitizer.is_clean(frame)]
    parts: dict[str, tuple[Callable[[bytes], object], Sequence[bytes]]] = {
        "orjson.loads": (orjson.loads, frames),
        "loads and text of the frame": (lambda frame: frame_text.text_of(frame, orjson.loads(frame)), frames),
        "all screens": (detector.screens.found, texts),
        "screens without long images": (detector.screens.found, without),
        "screens, rules, encodings": (detector.is_clean, texts),
        f"structure of {len(unclear)} unclear frames": (lambda frame: sanitizer.sanitize(frame, 0), unclear),
    }
    print(f"\n{'part':<40}{'us/frame':>10}")
    for name, (work, over) in parts.items():
        rate = per_second(work, over, passes)
        print(f"{name:<40}{1e6 / rate * len(over) / len(frames):>10.1f}")


def accuracy(sanitizer: Sanitizer, frames: Sequence[Frame]) -> tuple[Counter[str], Counter[str], Counter[str], int]:
    """(planted by kind, missed by kind, rules that fired on clean frames, clean frames altered)."""
    planted, missed, alarms, altered = Counter[str](), Counter[str](), Counter[str](), 0
    for frame in frames:
        result = sanitizer.sanitize(frame.data, 0)
        if frame.planted is not None and frame.kind is not None:
            planted[frame.kind] += 1
            shown = frame.planted.replace("\n", "\\n")
            missed[frame.kind] += frame.planted in said(result.data) or shown in said(result.data)
        elif result.findings:
            altered += 1
            alarms.update({finding.rule for finding in result.findings})
    return planted, +missed, alarms, altered


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser()
    options.add_argument("--frames", type=int, default=20_000)
    options.add_argument("--passes", type=int, default=3)
    options.add_argument("--seed", type=int, default=6)
    options.add_argument("--profile", action="store_true", help="print what each part takes")
    options.add_argument("--hostile", action="store_true", help="print what 100 KB of anything take, and no more")
    options.add_argument("--rules", action="store_true", help="with --hostile: and of the examples of every rule")
    options.add_argument("--rows", type=int, default=40, help="with --hostile: of the table")
    given = options.parse_args()
    if given.hostile:
        print_table(known_sanitizer(), passes=given.passes, with_rules=given.rules, longest=given.rows)
        return
    before = resident_mb()
    sanitizer = known_sanitizer()
    sanitizer.sanitize(b'{"password": "x"}', 0)
    engine = resident_mb() - before
    frames = list(corpus(given.frames, given.seed))
    data = [frame.data for frame in frames]
    sizes = sorted(map(len, data))
    print(
        f"{len(data)} frames, {sum(sizes) / 1e6:.1f} MB, p50 {sizes[len(sizes) // 2]} B, mean "
        f"{sum(sizes) // len(sizes)} B, p99 {sizes[len(sizes) * 99 // 100]} B; "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python {sys.version.split()[0]}"
    )
    floor = per_second(lambda frame: orjson.dumps(orjson.loads(frame)), data, given.passes)
    rows = {
        "floor: orjson loads and dumps": floor,
        "detection only": per_second(sanitizer.is_clean, data, given.passes),
        "complete redaction": per_second(lambda frame: sanitizer.sanitize(frame, 0), data, given.passes),
    }
    print(f"\n{'on one core':<32}{'frames/s':>12}{'x floor':>10}{'must':>10}{'aim':>10}")
    for name, rate in rows.items():
        must, aim = TARGETS.get(name, ("", ""))
        print(f"{name:<32}{rate:>12,.0f}{floor / rate:>10.1f}{must:>10}{aim:>10}")
    if given.profile:
        print_parts(sanitizer, data, given.passes)
    planted, missed, alarms, altered = accuracy(sanitizer, frames)
    total, clean = planted.total(), len(frames) - planted.total()
    print(
        f"\nplanted values covered   {total - missed.total()} of {total} = {100 - 100 * missed.total() / total:.2f} % "
        f"({len(planted)} types; must 99, aim 99.8)"
    )
    print(f"clean frames altered     {altered} of {clean} = {100 * altered / clean:.2f} % (must 0.5, aim 0.1)")
    print(f"memory of the engine     {engine:.0f} MB (must 120, aim 60)")
    print("missed:", dict(missed.most_common(12)))
    print("alarms:", dict(alarms.most_common(12)))


if __name__ == "__main__":
    main()
