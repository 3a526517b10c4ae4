"""From the upload of a download to the plays in the history, batch by batch, resumable after any kill."""
