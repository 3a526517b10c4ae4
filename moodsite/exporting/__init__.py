"""Everything that is known of a listener as one ZIP, written in little memory and read back elsewhere."""
