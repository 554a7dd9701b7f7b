"""What lab 05 hands its answers: probes that say what an augmentation does, and an order that is measured."""

from __future__ import annotations

import builtins

import numpy as np
import pytest

from utils.ch05 import lab
from utils.processes import import_tensorflow

BOXES = np.array([[0, 0, 30, 30], [10, 5, 40, 25], [20, 30, 60, 60], [34, 40, 64, 64]])


def test_pixels_of_probes_hold_row_column_and_number():
    x = lab.coordinates(5)
    assert x.shape == (5, 64, 64, 3) and x.dtype == np.uint8
    assert x[3, 17, 60].tolist() == [17, 60, 3]


def test_augmentations_keep_shape_and_type_and_do_what_their_name_says():
    before = lab.coordinates(len(BOXES))
    told = dict(lab.augmentations(BOXES))
    for name, augment in told.items():
        after = augment(before.copy(), np.random.default_rng(0))
        assert after.shape == before.shape and after.dtype == np.uint8, name
    moved = told["a move down and right as far as each digit's box allows"](before.copy(), None)
    for i, (top, left, bottom, right) in enumerate(BOXES):
        assert np.array_equal(
            moved[i, 64 - bottom + top :, 64 - right + left :], before[i, top:bottom, left:right]
        )
    mirrored = told["a mirror image written into the array that it got"](given := before.copy(), None)
    assert np.array_equal(mirrored, before[:, :, ::-1]) and np.array_equal(given, mirrored)


def test_the_checks_know_which_augmentations_labels_survive():
    import_tensorflow()
    from utils.ch05.check_augment import SURVIVED

    names = [name for name, _ in lab.augmentations(BOXES)]
    assert set(SURVIVED) < set(names) and 5 <= len(SURVIVED) < len(names) - 5


def test_hash_is_another_one_within_a_call_only():
    assert lab.with_other_hash(lambda: hash(b"a")) != hash(b"a")
    with pytest.raises(ZeroDivisionError):
        lab.with_other_hash(lambda: 1 / 0)
    assert builtins.hash(b"a") == hash(b"a") and type(builtins.hash).__name__ == "builtin_function_or_method"


def test_how_far_orders_follow_the_files_and_one_another():
    rng, files = np.random.default_rng(0), np.arange(60)
    shuffled = [rng.permutation(60) for _ in range(4)]
    near, kept = lab.follows([files, files])
    assert near == pytest.approx(1) and kept == 1
    near, kept = lab.follows(shuffled)
    assert near < 0.3 and kept < 0.15
    same = lab.from_one_to_the_next([shuffled[0]] * 3)
    assert [order.tolist() for order in same] == [files.tolist()] * 2


def test_reach_is_that_of_a_shuffle_buffer():
    rng = np.random.default_rng(0)

    def buffered(size):
        waiting, order = list(range(size)), []
        for k in range(60):
            order.append(waiting.pop(rng.integers(len(waiting))))
            waiting += [size + k] * (size + k < 60)
        return order

    for size in (15, 30, 45):
        assert lab.reach([buffered(size) for _ in range(30)]) < size / 60
    assert lab.reach([rng.permutation(60) for _ in range(30)]) > 0.84


def test_an_order_that_is_multiplied_and_shifted_is_told_from_a_new_one():
    rng = np.random.default_rng(0)
    base = rng.permutation(47)
    assert lab.by_one_step([(base * k + k) % 47 for k in (1, 5, 12)]) == 1
    assert lab.by_one_step([rng.permutation(47) for _ in range(30)]) < 0.5


def test_uneven_draws_are_unlikely_and_even_ones_are_not():
    rng = np.random.default_rng(0)
    even = np.bincount(rng.integers(0, 3, 1200), minlength=3)[None]
    rounded = np.bincount(np.round(rng.uniform(0, 2, 1200)).astype(int), minlength=3)[None]
    assert lab.unlikely(even) < 3 and lab.unlikely(rounded) > 9


def test_draws_that_follow_one_another_are_alike():
    rng = np.random.default_rng(0)
    moves = rng.integers(-8, 9, (40, 16, 2))
    assert lab.alike(moves) < 0.75
    moves[:, 3] = -moves[:, 9]
    assert lab.alike(moves) == pytest.approx(1)


def test_leaving_a_loop_and_keeping_its_arrays_are_noticed():
    class Fresh:
        x = np.arange(10)

        def __iter__(self):
            yield from ((self.x[k : k + 4].copy(), self.x[k : k + 4].copy()) for k in (0, 4, 8))

    class Views(Fresh):
        def __iter__(self):
            self.x[:] = self.x[::-1].copy()
            yield from ((self.x[k : k + 4], self.x[k : k + 4]) for k in (0, 4, 8))

    assert lab.left_early(Fresh()) == [10, 10] and lab.stays_put(Fresh()) and not lab.stays_put(Views())
    once = iter(Fresh())
    assert lab.left_early(once) == [6, 0]


def test_what_fitted_is_given_is_told_once():
    lab.rows_fitted()
    lab.fitted(np.eye(3), np.arange(3), 1.0)
    (rows,) = lab.rows_fitted()
    assert np.array_equal(rows, np.eye(3)) and lab.rows_fitted() == []


def test_no_answer_can_set_what_it_is_judged_by():
    with pytest.raises(AttributeError, match="is given"):
        lab.unlikely = lambda counts: 0
