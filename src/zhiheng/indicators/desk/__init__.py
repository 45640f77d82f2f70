"""The analyst's desk: commands that work on any file and need no home."""
