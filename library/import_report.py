"""An import's report as pages, the API and the command show it."""

from typing import Any

from library.models import HistoryImport
from library.services.importing.progress import saved_report


def summary_of(history_import: HistoryImport) -> dict[str, Any]:
    """The whole account as JSON: rows by verdict, over all files and for each, summing to the rows."""
    report = saved_report(history_import)
    return {
        "id": history_import.pk,
        "file": history_import.file_name,
        "state": history_import.state,
        "problem": history_import.problem,
        "rows": report.rows,
        "plays_added": history_import.plays_added,
        "verdicts": {verdict.value: count for verdict, count in report.verdicts.items()},
        "files": [
            {
                "name": member.name,
                "rows": member.rows,
                "verdicts": {verdict.value: count for verdict, count in member.verdicts.items()},
                "invalid": {reason.value: count for reason, count in member.reasons.items()},
                "damage": member.damage.value if member.damage else None,
            }
            for _, member in sorted(report.members.items())
        ],
    }
