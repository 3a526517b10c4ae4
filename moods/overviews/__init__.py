"""What each page shows, put together and into words before it gets to a template."""
