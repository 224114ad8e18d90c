"""Characters that nobody can read, and what stands in their place."""

#: Invisible characters that steer the direction of text can make a signed text read as another one.
STEERING = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
