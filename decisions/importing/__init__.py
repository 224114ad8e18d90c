"""Reading decisions that were written elsewhere: files to blocks, blocks to a reading, a reading to a draft.

`files.py` opens a file and refuses what it must; `reader.py` finds the fields; nothing here writes to the record but
`drafts.py`.
"""
