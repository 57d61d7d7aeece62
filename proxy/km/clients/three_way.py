"""Takes a change back out of a text that others have changed since, elsewhere: a merge of three versions. Pure."""

from difflib import SequenceMatcher


def taken_back(original: bytes, written: bytes, current: bytes) -> bytes:
    """`current` with the lines that `written` changed as they are in `original`; where somebody has changed those
    lines, or lines right beside them, since, they stay as they are.
    """
    former, ours, now = (text.splitlines(keepends=True) for text in (original, written, current))
    kept = SequenceMatcher(None, ours, now).get_matching_blocks()
    changes = [change for change in SequenceMatcher(None, ours, former).get_opcodes() if change[0] != "equal"]
    for _, start, end, former_start, former_end in reversed(changes):
        shift = next((block.b - block.a for block in kept if block.a <= start < end <= block.a + block.size), None)
        if shift is not None:
            now[start + shift : end + shift] = former[former_start:former_end]
    return b"".join(now)
