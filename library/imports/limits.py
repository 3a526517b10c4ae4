"""How much of an upload is read before it is refused, so that no file can exhaust a worker.

A real ten-year history has 7-20 files of at most 13 MB and packs about 12 to 1; every limit
leaves a factor of four or more above that.
"""

from datetime import UTC, datetime, timedelta

MIB = 1024 * 1024

MOST_MEMBERS = 100
DIRECTORY_BYTES = MIB
MEMBER_BYTES = 64 * MIB
TOTAL_BYTES = 1024 * MIB
MOST_ROWS = 2_000_000
RECORD_BYTES = 64 * 1024
MOST_NESTING = 16
MOST_BRACKETS = 500_000
"""Brackets followed one by one in a file; a history, whose records are flat, needs none."""
NAME_CHARACTERS = 1_000

BOMB_BYTES = 64 * MIB
BOMB_RATIO = 50

LISTEN_MS = 30_000
"""Spotify counts a stream from 30 seconds on."""
LONGEST_PLAY_MS = 86_400_000
FIRST_PLAY_AT = datetime(2006, 1, 1, tzinfo=UTC)
"""Spotify was founded in 2006; an earlier stamp is a broken clock."""
CLOCK_SLACK = timedelta(hours=1)
"""A stamp this far past `now` is taken for a fast clock and kept."""
