"""Hypothesis strategies: any text, and anything at all that could be handed to a door of ours."""

from __future__ import annotations

from hypothesis import strategies as st

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
ODD = st.sampled_from(
    [
        "31/2/2026",
        "25 October 2026 01:30",
        "1e999",
        "not_known",
        "other",
        "yes",
        "+44",
        "07700 900142",
        "5 ft",
        "\x00",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | ANY_TEXT
    | ODD
    | st.binary(max_size=4)
    | st.builds(pow, st.just(10), st.just(5000))
    | st.just(object())
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(ANY_TEXT | st.integers() | st.just("id"), inner, max_size=4)
    ),
    max_leaves=10,
)
