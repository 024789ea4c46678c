"""The estimator: scikit-learn's own checks, and what its users do with one."""

import copy
import pickle
import warnings

import numpy as np
import pytest

sklearn = pytest.importorskip(
    "sklearn", reason="scikit-learn is not installed: make test-references"
)

from sklearn.base import clone  # noqa: E402
from sklearn.datasets import load_iris  # noqa: E402
from sklearn.exceptions import ConvergenceWarning  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

from core.digits import Digits, Part  # noqa: E402
from core.estimator import LONGEST_ROW, ZmlpClassifier  # noqa: E402
from core.events import BatchDone  # noqa: E402
from core.export import export  # noqa: E402
from core.model_file import load  # noqa: E402
from core.network import Network  # noqa: E402
from core.setting import settings  # noqa: E402
from core.spec import NetworkSpec, TrainingSpec  # noqa: E402
from core.training import Training  # noqa: E402


@pytest.fixture(scope="module")
def iris():
    x, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(x), y


@pytest.fixture(scope="module")
def pixels(digits) -> tuple[np.ndarray, np.ndarray]:
    part = digits.learning
    return part.images[:1500].reshape(1500, -1) / 255.0, part.labels[:1500]


@pytest.mark.filterwarnings("default")
@parametrize_with_checks([ZmlpClassifier()])
def test_a_check_of_scikit_learn(estimator, check) -> None:
    """None of them is expected to fail."""
    check(estimator)


def test_every_setting_is_a_parameter_with_its_default() -> None:
    parameters = ZmlpClassifier().get_params()
    elsewhere = {"validation", "exclude", "shift", "seed", "threads", "elastic_sigma"}
    # Only pictures are deformed.
    elsewhere |= {each.name for each in settings(TrainingSpec) if each.strength}
    declared = {
        each.name: each.default
        for spec in (NetworkSpec, TrainingSpec)
        for each in settings(spec)
        if not each.from_data and each.name not in elsewhere
    }
    assert declared.items() <= parameters.items()
    own = {"early_stopping", "validation_fraction", "warm_start", "random_state"}
    assert parameters.keys() - declared.keys() == own
    assert all(f"    {name} : " in (ZmlpClassifier.__doc__ or "") for name in parameters)


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(TypeError, match="hiden"):
        ZmlpClassifier(hiden=(3,))


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"learning_rate": -1.0}, "Learning rate"),
        ({"hidden": (0,)}, "Layers"),
        ({"activation": "rleu"}, "Activation"),
        ({"batch_norm": True, "batch_size": 1}, "batch normalisation"),
        ({"patience": 3}, "early_stopping"),
        ({"random_state": -1}, "Seed"),
    ],
)
def test_a_parameter_out_of_range_is_a_value_error(iris, parameters, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ZmlpClassifier(**parameters).fit(*iris)


def test_it_learns_what_the_core_learns(pixels) -> None:
    """Same seed, same samples: the bits of a training without it."""
    x, y = pixels
    estimator = ZmlpClassifier(hidden=(30,), epochs=2, random_state=3).fit(x, y)
    part = Part(x.astype(np.float32).reshape(-1, 1, 784), y)
    names = tuple("0123456789")
    spec = TrainingSpec(epochs=2, seed=3, validation=False)
    network = Network(NetworkSpec((30,), inputs=(1, 784))).initialize(3)
    digits = Digits("samples", part, Part(part.images[:1], y[:1]), 0, names)
    losses = [each.loss for each in Training(network, digits, spec) if isinstance(each, BatchDone)]
    for ours, theirs in zip(network.layers, estimator.coefs_, strict=True):
        assert np.array_equal(ours.weight, theirs)
    assert estimator.loss_curve_ == pytest.approx([np.mean(losses[:47]), np.mean(losses[47:])])


def test_it_is_as_good_as_theirs_with_the_same_recipe(pixels) -> None:
    x, y = pixels
    ours = ZmlpClassifier(hidden=(64,), epochs=8, learning_rate=0.02, random_state=0)
    theirs = MLPClassifier(
        (64,), solver="sgd", learning_rate_init=0.02, batch_size=32, max_iter=8, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        scores = [each.fit(x[:1200], y[:1200]).score(x[1200:], y[1200:]) for each in (ours, theirs)]
    assert scores[0] > scores[1] - 0.03
    assert scores[0] > 0.85


def test_a_pipeline_in_a_grid_search(iris) -> None:
    pipeline = make_pipeline(StandardScaler(), ZmlpClassifier(epochs=20, random_state=0))
    grid = {
        "zmlpclassifier__hidden": [(8,), (16, 8)],
        "zmlpclassifier__activation": ["relu", "tanh"],
        "zmlpclassifier__learning_rate": np.logspace(-2, -1, 2),
        "zmlpclassifier__batch_size": np.array([16]),
    }
    search = GridSearchCV(pipeline, grid, cv=3).fit(*iris)
    assert search.best_score_ > 0.93
    assert cross_val_score(search.best_estimator_, *iris, cv=3).mean() > 0.93


@pytest.mark.parametrize(
    "names",
    [
        np.array(["setosa", "versicolor", "virginica"]),
        np.array(["setosa", "versicolor", "virginica"], object),
        np.array([-7, 3, 1000]),
        np.array([0.0, 1.0, 2.0]),
    ],
    ids=["text", "objects", "numbers", "floats"],
)
def test_labels_of_any_kind(iris, names) -> None:
    x, y = iris
    estimator = ZmlpClassifier(hidden=(16,), random_state=0).fit(x, names[y])
    assert estimator.predict(x).dtype == names.dtype
    assert estimator.score(x, names[y]) > 0.8
    assert estimator.model().class_names == tuple(str(each) for each in names.tolist())


def test_two_classes_of_truth(iris) -> None:
    x, y = iris
    estimator = ZmlpClassifier(hidden=(8,), random_state=0).fit(x, y == 0)
    assert estimator.predict(x).dtype == bool
    assert estimator.predict_proba(x).shape == (150, 2)
    assert estimator.score(x, y == 0) == 1.0


@pytest.mark.parametrize("loss", ["squared-error", "binary-cross-entropy"])
def test_probabilities_of_sigmoid_networks_sum_to_one(iris, loss: str) -> None:
    estimator = ZmlpClassifier(hidden=(8,), loss=loss, random_state=0).fit(*iris)
    np.testing.assert_allclose(estimator.predict_proba(iris[0]).sum(axis=1), 1.0)


def test_the_same_random_state_gives_the_same_network(iris) -> None:
    def weights(state) -> np.ndarray:
        return ZmlpClassifier(hidden=(8,), epochs=1, random_state=state).fit(*iris).coefs_[0]

    assert np.array_equal(weights(4), weights(np.int64(4)))
    assert not np.array_equal(weights(4), weights(5))
    assert not np.array_equal(weights(None), weights(None))
    pair = [weights(np.random.RandomState(1)) for _ in range(2)]
    assert np.array_equal(*pair)


def test_a_clone_is_unfitted_and_alike(iris) -> None:
    estimator = ZmlpClassifier(hidden=(8,), dropout=0.1).fit(*iris)
    twin = clone(estimator)
    assert twin.get_params() == estimator.get_params()
    assert not hasattr(twin, "classes_")


@pytest.mark.parametrize("again", [lambda each: pickle.loads(pickle.dumps(each)), copy.deepcopy])
def test_a_pickled_estimator_answers_and_learns_on(iris, again) -> None:
    x, y = iris
    estimator = ZmlpClassifier(hidden=(8,), optimizer="adam", batch_norm=True, random_state=0)
    estimator.fit(x, y)
    twin = again(estimator)
    assert np.array_equal(twin.predict_proba(x), estimator.predict_proba(x))
    for each in (estimator, twin):
        each.partial_fit(x, y)
    assert np.array_equal(twin.predict_proba(x), estimator.predict_proba(x))
    assert all(np.array_equal(*pair) for pair in zip(twin.coefs_, estimator.coefs_, strict=True))


def test_partial_fit_keeps_the_optimizers_memory(iris) -> None:
    """Whole-set minibatches in calls of one epoch are one run of as many epochs."""
    x, y = iris
    parameters = {"hidden": (8,), "batch_size": 150, "optimizer": "adam", "learning_rate": 0.01}
    bits = ZmlpClassifier(**parameters, random_state=2)
    for _ in range(6):
        bits.partial_fit(x, y, classes=[0, 1, 2])
    whole = ZmlpClassifier(**parameters, epochs=6, random_state=2).fit(x, y)
    assert bits.n_iter_ == whole.n_iter_ == 6
    for ours, theirs in zip(bits.coefs_, whole.coefs_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
    np.testing.assert_allclose(bits.loss_curve_, whole.loss_curve_, rtol=1e-4)


def test_partial_fit_wants_all_classes_first(iris) -> None:
    x, y = iris
    with pytest.raises(ValueError, match="classes must be passed"):
        ZmlpClassifier().partial_fit(x, y)
    estimator = ZmlpClassifier(hidden=(4,)).partial_fit(x[:50], y[:50], classes=[0, 1, 2])
    assert estimator.predict_proba(x).shape == (150, 3)
    with pytest.raises(ValueError, match=r"not among the classes: \[9\]"):
        estimator.partial_fit(x[:2], [0, 9])
    with pytest.raises(ValueError, match="not those of the first call"):
        estimator.partial_fit(x[:2], y[:2], classes=[0, 1])
    with pytest.raises(ValueError, match="early_stopping"):
        ZmlpClassifier(early_stopping=True).partial_fit(x, y, classes=[0, 1, 2])


def test_early_stopping_ends_and_keeps_the_best(pixels) -> None:
    x, y = pixels
    estimator = ZmlpClassifier(
        hidden=(32,), epochs=200, early_stopping=True, validation_fraction=0.2, random_state=0
    ).fit(x, y)
    assert estimator.n_iter_ < 200
    assert estimator.best_validation_score_ == max(estimator.validation_scores_)
    assert len(estimator.validation_scores_) - 1 - np.argmax(estimator.validation_scores_) <= 10
    assert estimator.score(x, y) > 0.85


def test_warm_start_goes_on(iris) -> None:
    x, y = iris
    estimator = ZmlpClassifier(hidden=(8,), epochs=5, warm_start=True, random_state=0).fit(x, y)
    first = estimator.loss_curve_
    estimator.fit(x, y)
    assert estimator.loss_curve_[0] < first[0]
    cold = clone(estimator).set_params(warm_start=False)
    assert cold.fit(x, y).loss_curve_ == cold.fit(x, y).loss_curve_ == first
    estimator.set_params(hidden=(9,))
    with pytest.raises(ValueError, match="settings were changed"):
        estimator.fit(x, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_run_that_diverges_warns_and_still_answers(iris) -> None:
    x, y = iris
    estimator = ZmlpClassifier(activation="identity", hidden=(8,), learning_rate=10.0)
    with pytest.warns(ConvergenceWarning, match="learning rate is too high"):
        estimator.fit(1e6 * x, y)
    assert np.isfinite(estimator.predict_proba(x)).all()


def test_more_features_than_a_row_holds() -> None:
    random = np.random.default_rng(0)
    y = np.arange(60) % 3
    x = random.normal(size=(60, LONGEST_ROW + 907)) + y[:, np.newaxis]
    estimator = ZmlpClassifier(hidden=(8,), learning_rate=0.001, random_state=0).fit(x, y)
    assert estimator.coefs_[0].shape == (LONGEST_ROW + 907, 8)
    assert estimator.score(x, y) > 0.9


def test_its_network_can_be_saved_and_exported(iris, tmp_path) -> None:
    x, y = iris
    estimator = ZmlpClassifier(hidden=(8,), random_state=0).fit(x, y)
    export(estimator.model("iris"), tmp_path / "iris.safetensors")
    model = load(tmp_path / "iris.safetensors")
    answers = model.network.predict(x.astype(np.float32).reshape(-1, 1, 4))
    np.testing.assert_allclose(answers, estimator.predict_proba(x), atol=1e-5)
