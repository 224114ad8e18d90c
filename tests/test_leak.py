"""The leak check finds what of Part 2 stands in Part 1, however it is dressed, and leaves ordinary words alone."""

import pytest

from decisions.checks.leak import leaks
from decisions.text import markup, plain

SECRET = (
    "The seller accepted that the heliotrope gateway moves to the second hall. The price was £3,264,900 and the "
    "broker, Quillfeather, was paid 41730 by Tamarisk Row Systems, or GBP 4.2m in all."
)

CAUGHT = {
    "a copied phrase": ("phrase", "We know that the heliotrope gateway moves to the second hall next year."),
    "a phrase divided by marks": ("phrase", plain("the **helio**trope gateway moves to the *second* hall")),
    "an amount": ("amount", "It costs £3,264,900."),
    "the same amount, written otherwise": ("amount", "It costs £3.2649m."),
    "an amount without its sign": ("amount", "It costs 3264900 pounds."),
    "a plain figure": ("amount", "Each costs £41,730."),
    "pounds by their letters": ("amount", "In all £4,200,000."),
    "a name of several words": ("name", "We thank Tamarisk Row Systems."),
    "a name of one word": ("name", "We thank Quillfeather for it."),
}


@pytest.mark.parametrize("what", list(CAUGHT))
def test_it_finds(what: str) -> None:
    kind, text = CAUGHT[what]
    assert kind in {hit.kind for hit in leaks(text, [SECRET])}


@pytest.mark.parametrize(
    "text",
    [
        "The police service must keep the platform up to date.",
        "The price was agreed in 2024.",
        "The broker was paid, and the second hall is empty.",
    ],
)
def test_it_leaves_ordinary_words_alone(text: str) -> None:
    assert leaks(text, [SECRET]) == []


def test_what_the_form_itself_says_is_no_leak() -> None:
    words = "I confirm I have considered whether or not I have any personal or prejudicial interest"
    assert leaks(words, [words], known=words) == []


def test_a_hit_never_prints_what_it_found() -> None:
    assert "heliotrope" not in repr(leaks(CAUGHT["a copied phrase"][1], [SECRET]))


@pytest.mark.parametrize("typed", ["pay &#8238;000,1", "zero&#8203;width", "&lt;b&gt;", "&#115;eller"])
def test_what_is_typed_is_what_is_read(typed: str) -> None:
    assert plain(typed) == f"{typed}\n"
    assert "\u202e" not in markup(typed)
