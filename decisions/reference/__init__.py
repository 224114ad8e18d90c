"""Reference data of the body: pages that show it, and how it is changed."""
