"""Everything that can happen to a playlist, one module per idea; nothing here starts a job."""
