"""What a listener's plays say about moods: numbers with how much of them is known."""
