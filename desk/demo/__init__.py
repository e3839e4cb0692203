"""The demo company: made-up people with real rhythms. The same seed and day give the same company, row for row."""
