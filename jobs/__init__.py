"""Work that outlives a request: rows in the database that a worker carries out."""
