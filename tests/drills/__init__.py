"""Long drills, run by `make drill` and not by `make test`: the same questions, asked many more times."""
