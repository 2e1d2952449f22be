"""Files that come out: what each format holds, and how it is written."""
