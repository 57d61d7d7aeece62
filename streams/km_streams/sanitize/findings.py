"""What an event says of something sensitive."""

from km_schemas.records import Finding
from km_streams.sanitize.spans import Span


def finding_of(span: Span, path: str, token: str, *, in_key: bool = False) -> Finding:
    """The finding of a span that was replaced."""
    confidence = round(span.confidence, 2)
    return Finding(type=span.type, rule=span.rule, path=path, token=token, in_key=in_key, confidence=confidence)
