"""Figures of merit on answers small enough to count by hand."""

import json

import numpy as np
import pytest

from core.metrics import (
    Evaluation,
    accuracy,
    calibration_error,
    confused,
    confusion_matrix,
    roc_area,
)

ANSWERS = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6], [0.5, 0.4, 0.1]], np.float32)
LABELS = np.array([0, 1, 1, 1], np.uint8)


def test_accuracy_is_the_part_of_right_answers() -> None:
    assert accuracy(ANSWERS, LABELS) == 0.5
    assert accuracy(ANSWERS, ANSWERS.argmax(axis=1)) == 1.0


def test_confusion_counts_right_class_by_answer() -> None:
    assert confusion_matrix(ANSWERS, LABELS).tolist() == [[1, 0, 0], [1, 1, 1], [0, 0, 0]]


def test_confusion_of_many_classes_does_not_overflow_the_labels() -> None:
    """Labels are bytes, and 200 × 256 is none."""
    answers = np.eye(256, dtype=np.float32)
    labels = np.arange(256, dtype=np.uint8)
    assert np.array_equal(confusion_matrix(answers, labels), np.eye(256, dtype=np.int64))


def test_the_most_frequent_mistakes_come_first_and_right_answers_are_none() -> None:
    confusion = np.array([[9, 2, 0], [0, 9, 0], [1, 5, 9]])
    assert confused(confusion, 2) == [(2, 1, 5), (0, 1, 2)]
    assert confused(confusion, 9) == [(2, 1, 5), (0, 1, 2), (2, 0, 1)]
    assert confusion.trace() == 27


def test_confident_and_right_is_well_calibrated() -> None:
    assert calibration_error(np.eye(10, dtype=np.float32), np.arange(10)) == 0
    assert calibration_error(np.eye(10, dtype=np.float32), np.arange(10)[::-1]) == 1


def test_calibration_error_is_the_mean_gap_over_bins() -> None:
    """Two bins by hand: confidence .8 and right half the time, .4 and always right."""
    answers = np.array([[0.8, 0.2]] * 4 + [[0.4, 0.3]] * 4, np.float64)
    labels = np.array([0, 0, 1, 1, 0, 0, 0, 0])
    assert calibration_error(answers, labels) == pytest.approx((4 * 0.3 + 4 * 0.6) / 8)


def test_a_confidence_of_one_falls_into_the_last_bin() -> None:
    answers = np.array([[1.0, 0.0], [0.95, 0.05]])
    assert calibration_error(answers, np.array([0, 1]), bins=10) == pytest.approx(0.475)


def test_evaluation_is_json() -> None:
    matrix = confusion_matrix(ANSWERS, LABELS)
    values = json.loads(json.dumps(Evaluation(0.5, 0.9, 0.1, matrix, 4).to_json()))
    assert values == {
        "accuracy": 0.5,
        "loss": 0.9,
        "calibration_error": 0.1,
        "confusion": [[1, 0, 0], [1, 1, 1], [0, 0, 0]],
        "samples": 4,
        "refused": 0,
    }


def test_roc_area_is_how_often_one_scores_higher_and_ties_count_half() -> None:
    """Nine pairs by hand: six higher, one alike, two lower."""
    assert roc_area(np.array([1.0, 3.0, 4.0]), np.array([0.0, 3.0, 2.0])) == pytest.approx(6.5 / 9)
    assert roc_area(np.array([2.0]), np.array([1.0])) == 1.0
