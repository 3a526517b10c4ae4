"""What the words of an import mean, said to a listener."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from library.imports.rows import Damage, InvalidReason, Verdict

VERDICTS: dict[Verdict, tuple[Promise, Promise]] = {
    Verdict.PLAY: (_("Plays"), _("Thirty seconds or more, as Spotify counts them.")),
    Verdict.SHORT_PLAY: (_("Short plays"), _("Under thirty seconds: kept as skips, not counted as plays.")),
    Verdict.LOCAL_FILE: (_("Local files"), _("Songs of your own that Spotify only played; kept.")),
    Verdict.ALREADY_KNOWN: (
        _("Already here"),
        _("From Spotify or an earlier import."),
    ),
    Verdict.DUPLICATE_IN_FILE: (
        _("Twice in the download"),
        _("Spotify wrote the row twice."),
    ),
    Verdict.INCOGNITO: (_("Private sessions"), _("Left out, as you chose.")),
    Verdict.PODCAST: (_("Podcasts"), _("Not music.")),
    Verdict.AUDIOBOOK: (_("Audiobooks"), _("Not music.")),
    Verdict.VIDEO: (_("Videos"), _("Clips you watched; Spotify lists them apart from plays.")),
    Verdict.NO_TRACK: (_("Without a song"), _("Spotify's row does not say what was played.")),
    Verdict.INVALID: (_("Unreadable"), _("Damaged rows; the reasons are in the list you can download.")),
}
"""By verdict its heading and what it means, in the order of a report."""

REASONS: dict[InvalidReason, Promise] = {
    InvalidReason.BAD_TIME: _("no readable time"),
    InvalidReason.TOO_OLD: _("from before Spotify existed"),
    InvalidReason.IN_THE_FUTURE: _("in the future"),
    InvalidReason.BAD_DURATION: _("no readable length"),
    InvalidReason.BAD_NAME: _("no readable name"),
    InvalidReason.NAME_TOO_LONG: _("a name without end"),
    InvalidReason.FORBIDDEN_CHARACTER: _("a character that no database can hold"),
    InvalidReason.BAD_ENCODING: _("not in Unicode"),
    InvalidReason.BAD_JSON: _("broken JSON"),
    InvalidReason.NOT_A_RECORD: _("not a record"),
    InvalidReason.TOO_LARGE: _("far too large"),
    InvalidReason.TOO_DEEP: _("nested far too deep"),
}

DAMAGES: dict[Damage, Promise] = {
    Damage.TRUNCATED: _("The file ends in the middle. Download it from Spotify again."),
    Damage.TRAILING_JUNK: _("Something that is not part of it follows at the end; all before it was read."),
    Damage.NOT_A_LIST: _("It is not the list of plays that Spotify writes; what could be read was read."),
    Damage.NOT_JSON: _("It is no JSON file."),
    Damage.BROKEN_JSON: _("It is broken from some place on; all before it was read."),
    Damage.BAD_ENCODING: _("It is not in Unicode. Upload it as Spotify sent it."),
    Damage.BROKEN_ARCHIVE: _("This part of the ZIP is damaged. Download it from Spotify again."),
    Damage.UNSUPPORTED_COMPRESSION: _("It is packed in an unusual way. Upload the ZIP as Spotify sent it."),
    Damage.TOO_LARGE: _("It is far larger than any file Spotify sends; the rest was not read."),
    Damage.TOO_MANY_ROWS: _("More than two million rows; the rest was not read."),
    Damage.EMPTY: _("It holds no rows."),
}
"""Why a file of the download could not be read whole, and what to do."""
