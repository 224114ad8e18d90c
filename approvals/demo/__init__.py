"""Demo data: invented people and papers, brought to their states by walking the real route."""
