"""Files that will be opened in a spreadsheet."""

from __future__ import annotations

import re

# What Excel, LibreOffice and Google Sheets read as the beginning of a formula, alone or after
# white space that they drop; the full-width forms are folded to these by some of them.
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[+\-]?(\d+(,\d{3})*(\.\d+)?|\.\d+)%?")


def guard(cell: object) -> object:
    """A cell that no spreadsheet will run as a formula (OWASP, "CSV injection").

    Text that would begin a formula gets an apostrophe before it, which spreadsheets take as "this
    is text"; anything that is not text, and text that is a plain number such as "-4.5", is
    returned as it is.
    """
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
