"""What is remembered by identity."""

import gc
import weakref

import numpy as np

from core.identity_cache import remembered_by_identity


def counting(most: int):
    asked = []

    @remembered_by_identity(most)
    def total(array):
        """The sum."""
        asked.append(array)
        return int(array.sum())

    return total, asked


def test_the_same_array_is_worked_on_once():
    total, asked = counting(most=2)
    array = np.ones(3)
    assert [total(array), total(array)] == [3, 3]
    assert len(asked) == 1


def test_an_equal_array_is_another():
    total, asked = counting(most=2)
    total(np.ones(3))
    total(np.ones(3))
    assert len(asked) == 2


def test_the_latest_are_kept_and_no_more():
    total, asked = counting(most=2)
    first, second, third = (np.full(2, value) for value in range(3))
    for array in (first, second, third, second, first):
        assert total(array) == array.sum()
    assert [each[0] for each in asked] == [0, 1, 2, 0]


def test_an_array_that_is_gone_is_not_taken_for_a_new_one():
    """A new array may have the address of an old one; what is remembered is therefore kept."""
    total, asked = counting(most=1)
    array = np.ones(3)
    gone = weakref.ref(array)
    total(array)
    asked.clear()
    del array
    gc.collect()
    assert gone() is not None
    assert total(np.zeros(3)) == 0
    assert gone() is None


def test_the_name_and_the_words_of_the_function_stay():
    total, _ = counting(most=1)
    assert (total.__name__, total.__doc__) == ("total", "The sum.")
