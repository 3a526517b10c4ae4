"""Take in an export of another Moodsite, or of this one: nothing that was taken away is lost."""
