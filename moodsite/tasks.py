"""The project's own jobs, gathered here because workers look for jobs in this module only."""

from moodsite import export_tasks, sample

__all__ = ["export_tasks", "sample"]
