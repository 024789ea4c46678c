"""Generators: the same for the same purpose and place, different for any other."""

import itertools

import numpy as np

from core.seeds import generator


def numbers(*what: object) -> tuple[int, ...]:
    return tuple(generator(*what).integers(0, 1 << 62, 4).tolist())  # type: ignore[arg-type]


def test_the_same_words_give_the_same_numbers() -> None:
    assert numbers(3, "order", 5) == numbers(3, "order", 5)


def test_seed_purpose_and_place_each_give_others() -> None:
    drawn = [
        numbers(seed, purpose, *place)
        for seed in (0, 1, 2**32 - 1)
        for purpose in ("order", "shift", "weights")
        for place in ((), (1,), (2,), (1, 2), (2, 1))
    ]
    assert len(set(drawn)) == len(drawn)


def test_neighbours_are_not_alike() -> None:
    rows = [generator(seed, "order", 0).normal(size=2000) for seed in range(6)]
    for one, other in itertools.combinations(rows, 2):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.1
