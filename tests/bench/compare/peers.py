"""Run by the environment of the peers: `peers.py NAME < texts > flagged`. Knows the peers alone, nothing of ours.

Each line of stdin is a JSON array of the lines of one frame's text; each line of stdout the JSON array of what the
peer flags in it. The last line of stdout is `{"seconds": processor time of the searches}`.
"""

import atexit
import json
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
Find = Callable[[list[str]], list[str]]
"""Values that are flagged in lines of text."""
NOT_SENSITIVE = {"DATE_TIME", "URL", "PERSON", "LOCATION", "NRP", "ORGANIZATION"}
"""Of Presidio's: what is in every frame and no secret, and what needs a model of a language."""


def presidio(score_min: float) -> Find:
    """Every recogniser that loads for English but the one of the language model: blank spaCy, so no names.

    Dates and plain URLs do not count: no other tool here takes them for sensitive.
    """
    import spacy  # type: ignore[import-not-found, unused-ignore]
    import tldextract  # type: ignore[import-not-found, unused-ignore]
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # type: ignore[import-not-found, unused-ignore]
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # type: ignore[import-not-found, unused-ignore]

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # the list in the package; no network
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    nlp = SpacyNlpEngine()
    nlp.nlp = {"en": spacy.blank("en")}
    nlp.nlp["en"].max_length = 10_000_000
    engine = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])

    entities = sorted(set(engine.get_supported_entities("en")) - NOT_SENSITIVE)

    def find(lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        found = engine.analyze(text, "en", entities=entities, score_threshold=score_min)
        return [text[each.start : each.end] for each in found]

    return find


def detect_secrets() -> Find:
    """All of its plugins with its default filters, on files of text as its command scans them."""
    from detect_secrets.core.scan import scan_file  # type: ignore[import-not-found, unused-ignore]
    from detect_secrets.settings import default_settings  # type: ignore[import-not-found, unused-ignore]

    file = Path(tempfile.mkdtemp(prefix="km-compare-"), "frame.txt")
    atexit.register(shutil.rmtree, file.parent)

    def find(lines: list[str]) -> list[str]:
        file.write_text("\n".join(lines), encoding="utf-8", errors="replace")
        with default_settings():
            return [secret.secret_value for secret in scan_file(str(file)) if secret.secret_value]

    return find


def credsweeper() -> Find:
    """Its rules, filters and model, with the thresholds it has by default."""
    from credsweeper.app import CredSweeper  # type: ignore[import-not-found, unused-ignore]
    from credsweeper.credentials.credential_manager import (  # type: ignore[import-not-found, unused-ignore]
        CredentialManager,
    )
    from credsweeper.file_handler.string_content_provider import (  # type: ignore[import-not-found, unused-ignore]
        StringContentProvider,
    )

    sweeper = CredSweeper(ml_threads_limit=1)

    def find(lines: list[str]) -> list[str]:
        sweeper.credential_manager = CredentialManager()
        provider = StringContentProvider(lines, file_path="frame.txt", file_type=".txt")
        sweeper.credential_manager.set_credentials(sweeper.file_scan(provider))
        sweeper.post_processing(None)
        found = sweeper.credential_manager.get_credentials()
        return [data.value for candidate in found for data in candidate.line_data_list if data.value]

    return find


PEERS: dict[str, Callable[[], Find]] = {
    "presidio": lambda: presidio(0.0),
    "presidio-0.5": lambda: presidio(0.5),
    "detect-secrets": detect_secrets,
    "credsweeper": credsweeper,
}


def texts() -> Iterator[list[str]]:
    """Of the frames on stdin."""
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    """Search all of stdin with one peer."""
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore")
    find = PEERS[sys.argv[1]]()
    find(["warm up", "password: x1y2z3a4b5"])
    seconds = 0.0
    for lines in texts():
        started = time.process_time()
        flagged = find(lines)
        seconds += time.process_time() - started
        sys.stdout.write(json.dumps(flagged) + "\n")
    sys.stdout.write(json.dumps({"seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
