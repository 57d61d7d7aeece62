"""Mailboxes, and values of assignments in running text."""

from typing import Final

from km_streams.re2_bytes import compiled
from km_streams.sanitize.validators.forms import Spans

_FILE_ENDINGS: Final = tuple(b".png .jpg .jpeg .gif .svg .webp .css .js .ts .py .json".split())
_USER_INFORMATION: Final = compiled(rb"://[\w.~%!$+-]*(?::[\w.~%!$+-]*)?$")
"""What stands before the end of a URL's user name or password (RFC 3986 §3.2.1)."""
REPLACED: Final = compiled("«[a-z0-9_.]+:[A-Za-z0-9_-]+:[A-Za-z0-9_-]{20}»".encode() + rb"|\xab~*\xbb")
"""Tokens, and the stand-ins of `detector.settled`: they say nothing of what is beside them."""
_SURE_ASSIGNMENT: Final = compiled(rb"^[^()\[\]{}]*[0-9!@#%^*+~|\\][^()\[\]{}]*$")


def email(text: bytes, start: int, end: int) -> Spans:
    """A mailbox: no `git@host:path` (scp syntax), no name of an image (`logo@2x.png`), no user information of a URL."""
    address = text[start:end].lower()
    is_scp = address.startswith(b"git@") and text[end : end + 1] in {b":", b"/"}
    if (
        not is_scp
        and not address.endswith(_FILE_ENDINGS)
        and not _USER_INFORMATION.search(text[max(0, start - 64) : start])
    ):
        yield start, end


def assigned(text: bytes, start: int, end: int) -> Spans:
    """The value of an assignment in running text, where it is no identifier and no expression of a program."""
    if end - start >= 4 and _SURE_ASSIGNMENT.search(REPLACED.sub(b"", text[start:end])):
        yield start, end
