"""What checks stop, and what they let through: no name leads round the first, nobody honest meets it."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from utils.by_hand import ByHand, LibraryDoesIt, as_array, whole


def test_whole_numbers_are_told_by_their_type():
    for value in (3, np.int8(3), np.uint64(3), np.array(3), torch.tensor(3), torch.tensor([3])):
        assert whole(value) == 3
    for value in (True, 3.0, np.float64(3), torch.tensor(3.0), "3", None, [3], np.array([3, 3])):
        assert whole(value) is None


def test_an_answer_may_be_a_list_or_a_tensor():
    for value in ([1, 2], np.array([1, 2]), torch.tensor([1, 2]), torch.nn.Parameter(torch.tensor([1.0, 2]))):
        assert as_array(value).tolist() == [1, 2]


def test_an_op_that_does_the_exercise_is_stopped_under_any_name():
    w = torch.randn(4, requires_grad=True)
    for call in (
        lambda: torch.fake_quantize_per_tensor_affine(w, 0.1, 0, -8, 7),
        lambda: torch.ops.aten.fake_quantize_per_tensor_affine.default(w, 0.1, 0, -8, 7),
        lambda: torch.quantize_per_tensor(w.detach(), 0.1, 0, torch.qint8),
    ):
        with pytest.raises(LibraryDoesIt), ByHand("quantize"):
            call()
    with ByHand("quantize"):
        torch.round(w / 0.1).sum().backward()


def test_other_words_stop_other_ops():
    x = torch.zeros(1, 1, 6, 6)
    with ByHand("im2col"):
        F.conv2d(x, x)
        x.unfold(2, 2, 1)  # a view, and not the exercise
        with pytest.raises(LibraryDoesIt):
            F.unfold(x, 2)
    assert F.unfold(x, 2) is not None
