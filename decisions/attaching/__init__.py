"""Files that go with a paper: what is taken into which part, and what each becomes before it is kept.

A file of Part 1 is published, so it is made anew of what it shows and nothing else; a file of Part 2 is kept as it is.
"""
