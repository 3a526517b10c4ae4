"""What can happen to moods, one module per idea; nothing here starts a job or reads the clock."""
