"""Journals as an outsider reads and writes them (docs/formats.md, "Journal")."""

import contextlib
import datetime
import hashlib
import re
import sqlite3


def seal(columns):
    """A row's checksum (docs/formats.md, "Journal")."""
    def part(value):
        data = str(value).encode()
        return f"{len(data)}:".encode() + (data if len(data) <= 64 else hashlib.sha256(data).hexdigest().encode()) + b"\n"
    return hashlib.sha256(b"".join(map(part, columns))).hexdigest()[:32]


def age(journal, seconds):
    """As if so much time had gone by since the calls in the journal."""
    def earlier(found):
        # To the second, and a fraction if there is one.
        then = datetime.datetime.fromisoformat(found.group(1)) - datetime.timedelta(seconds=seconds)
        return then.isoformat() + found.group(2)
    time_form = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)((?:\.\d+)?Z)")
    with contextlib.closing(sqlite3.connect(journal)) as database, database:
        names = [row[1] for row in database.execute("PRAGMA table_info(operations)")]
        for rowid, *values in database.execute("SELECT rowid, * FROM operations").fetchall():
            row = dict(zip(names, values))
            assert seal(values[:-1]) == row["checksum"], "the checksum is not as documented"
            for name in ("started", "finished"):
                row[name] = time_form.sub(earlier, row[name])
            row["checksum"] = seal([row[name] for name in names[:-1]])
            database.execute(f"UPDATE operations SET {', '.join(f'{name} = ?' for name in names)} WHERE rowid = ?",
                             [*row.values(), rowid])
