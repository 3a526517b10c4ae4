"""Share cards: a month in moods as a picture to send to friends; numbers and words in, PNG out."""
