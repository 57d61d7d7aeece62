"""`make canaries`: is any secret readable behind the sanitizer? Exit status 1 where one is, 2 where nothing is proven.

python -m tests.canaries [--rules LABEL,…] [--seed N]
"""

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from km_local.testing.servers import running_kafka, running_postgres
from km_local.testing.stack import fresh_stack, make_template, template_settings
from km_streams.sanitize.testing import known_sanitizer

from .making import Canary, canaries
from .proof import Outcome, prove
from .search import Leak

CHECKOUT = Path(__file__).parents[2]


def main() -> int:
    """Make the proof and print it."""
    options = argparse.ArgumentParser(prog="python -m tests.canaries")
    options.add_argument("--rules", help="labels such as openai-key@1, with commas between; all by default")
    options.add_argument("--seed", type=int, help="for values that were used before; fresh ones by default")
    given = options.parse_args()
    started = time.monotonic()
    chance = random.Random(secrets.randbits(64) if given.seed is None else given.seed)
    sent = list(canaries(known_sanitizer().detector, chance, given.rules.split(",") if given.rules else None))
    if not sent:
        options.error("no rule has one of these labels")
    with tempfile.TemporaryDirectory(prefix="km-canaries-") as folder:
        outcome = _on_a_stack(Path(folder), sent, chance)
    _print(outcome, time.monotonic() - started)
    if outcome.searched.leaks:
        return 1
    return 0 if outcome.is_proven else 2


def _on_a_stack(folder: Path, sent: list[Canary], chance: random.Random) -> Outcome:
    for name in ("kafka", "postgres", "roles", "work"):
        (folder / name).mkdir(mode=0o700)
    with (
        running_kafka(folder / "kafka", CHECKOUT / ".km" / "cache") as kafka,
        running_postgres(folder / "postgres", CHECKOUT) as postgres,
    ):
        template = template_settings(kafka, postgres, folder / "roles")
        make_template(template)
        with fresh_stack(kafka, postgres, template, folder / "work") as stack:
            return asyncio.run(prove(stack, sent, chance))


def _print(outcome: Outcome, seconds: float) -> None:
    print(
        f"{outcome.rules} rules, {outcome.canaries} canaries in {outcome.lines} lines each way of {outcome.runs} runs: "
        f"{outcome.raw} raw records, {seconds:.0f} s"
    )
    print(f"\n{'place':<46}{'records, rows':>14}{'bytes':>14}{'rules found':>13}")
    by_place = defaultdict(set)
    for leak in outcome.searched.leaks:
        by_place[leak.place].add(leak.rule)
    sizes = outcome.searched.sizes
    for place in sorted(sizes):
        print(f"{place:<46}{outcome.rows[place]:>14,}{sizes[place]:>14,}{len(by_place[place]):>13}")
    print(f"{'all':<46}{sum(outcome.rows.values()):>14,}{sum(sizes.values()):>14,}{_rules(outcome.searched.leaks):>13}")
    found = outcome.rules - len(outcome.not_in_raw)
    print(f"\ncontrol: in the raw topic canaries of {found} of {outcome.rules} rules are found")
    print(f"control: decoys that are not found where they were put: {sorted(outcome.decoys_missed) or 'none'}")
    for rule, number in Counter(leak.rule for leak in outcome.searched.leaks).most_common():
        forms = sorted({leak.form for leak in outcome.searched.leaks if leak.rule == rule})
        print(f"FOUND {rule} in {number} places ({', '.join(forms)})")
    for rule in sorted(outcome.not_in_raw):
        print(f"NOT IN RAW {rule}")


def _rules(leaks: set[Leak]) -> int:
    return len({leak.rule for leak in leaks})


if __name__ == "__main__":
    sys.exit(main())
