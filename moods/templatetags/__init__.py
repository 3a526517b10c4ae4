"""What templates may call for moods."""
