"""Spotify's privacy download, ZIP or JSON, turned into typed rows with one verdict each; no Django.

`open_download` refuses what is no download in plain words, `DownloadReader` gives the rows,
`match_known` finds those that are stored already, `Report` accounts for every one:

    download = open_download(file, name)
    reader = DownloadReader(download, now=uploaded_at, leaves_out_incognito=False)
    report = Report.from_json(saved) if saved else Report()
    for row in reader.rows(after=checkpoint):
        ...

In one transaction per batch the caller stores the rows that are `is_stored` and not known, calls
`report.add` with each row under its final verdict, and saves `report.to_json()` with the
`Checkpoint` of the last row. After a kill at any line the same calls go on behind that row: the
earlier rows are read again and not handed out, which rebuilds the memory for duplicates.
"""
