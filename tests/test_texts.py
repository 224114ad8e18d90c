"""Long text, its marks, and what reads as it was typed."""

from hypothesis import example, given
from hypothesis import strategies as st

from decisions.text import has_marks
from decisions.wording import plain

#: Words with everything in between that could be a mark, most of all where a line begins.
TYPED = st.lists(
    st.one_of(
        st.sampled_from([*"-+*_#>|`~[]()\\!&<:=.", "1.", "2)", "&amp;", " ", "\t", "\u00a0", "\u2028"]),
        st.text(
            st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6
        ),  # nothing stores a NUL
    ),
    max_size=12,
).map("".join)


@given(TYPED)
@example("- a list")
@example("1. a list")
@example("> said")
@example("~~gone~~")
@example("\u00a0- no list")
def test_a_text_without_marks_reads_as_it_was_typed(text: str) -> None:
    if not has_marks(text):
        marked = plain(f"{text}\n")  # the line's end is a mark: the long way round
        assert plain(text) == marked


def test_marks_are_taken_away_where_there_are_any() -> None:
    assert plain("**£2m** for [masts](https://example.org)\n\n- one\n- two") == "£2m for masts one two"
