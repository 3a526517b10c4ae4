"""What can happen to a library, one module per idea; nothing here starts a job or reads the clock."""
