"""The network as an estimator of scikit-learn, for pipelines, grid searches and notebooks.

Optional: `pip install 'zmlp[sklearn]'`. Nothing else in core imports this file.
"""

import warnings
from inspect import Parameter, Signature
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .deform import STRENGTHS
from .digits import Digits, Part
from .errors import SpecError
from .events import BatchDone, Evaluated, Finished
from .model_file import Model
from .network import Network
from .seeds import generator
from .setting import Setting, Spec, settings
from .spec import NetworkSpec, TrainingSpec
from .training import Training

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import train_test_split
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as error:
    raise ImportError(
        "The estimator needs scikit-learn, which is not installed: pip install 'zmlp[sklearn]'."
    ) from error

SpecType = TypeVar("SpecType", bound=Spec)

# Settings that scikit-learn has other words for, or that only pictures have.
_ELSEWHERE = {"validation", "exclude", "shift", "seed", "threads", "elastic_sigma", *STRENGTHS}
# What users of scikit-learn expect beside the settings.
_OWN = {
    "early_stopping": False,
    "validation_fraction": 0.1,
    "warm_start": False,
    "random_state": None,
}
# Evaluations without progress that end a run with early stopping where `patience` is 0.
PATIENCE = 10
# Features that make one row of the image which the network takes them for.
LONGEST_ROW = 4096


def _chosen_settings(spec: type[Spec]) -> list[Setting]:
    """The settings of a spec that are parameters of the estimator."""
    return [each for each in settings(spec) if not each.from_data and each.name not in _ELSEWHERE]


def _declared(cls: type["ZmlpClassifier"]) -> type["ZmlpClassifier"]:
    """Give the class every setting as a parameter, with its default and its words."""
    chosen = [*_chosen_settings(NetworkSpec), *_chosen_settings(TrainingSpec)]
    defaults = {each.name: each.default for each in chosen} | _OWN
    cls.__init__.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter("self", Parameter.POSITIONAL_OR_KEYWORD),
            *(Parameter(name, Parameter.KEYWORD_ONLY, default=defaults[name]) for name in defaults),
        ]
    )
    words = [
        f"    {each.name} : {type(each.default).__name__}, default={each.default!r}\n"
        f"        {each.help}; {each.allowed()}.\n"
        for each in chosen
    ]
    cls.__doc__ = (cls.__doc__ or "").replace("    **settings\n", "".join(words))
    return cls


@_declared
class ZmlpClassifier(ClassifierMixin, BaseEstimator):
    """A multilayer perceptron that learns classes from rows of numbers.

    Features of any range are taken as they are, in single precision: put a `StandardScaler` or
    `MinMaxScaler` before it. How many cores compute is left to the caller, as with all of numpy.

    Parameters
    ----------
    **settings
    early_stopping : bool, default=False
        Hold a part of the samples back, keep the weights that are best on it, and end after
        `patience` evaluations without progress, 10 where that is 0.
    validation_fraction : float, default=0.1
        That part, 0 to 1.
    warm_start : bool, default=False
        Whether another `fit` goes on with the weights of the last.
    random_state : int, RandomState instance or None, default=None
        Where chance starts; an int is the core's own seed.

    Attributes
    ----------
    classes_ : array, (classes,)
        The labels, sorted.
    n_features_in_ : int
        Number of features.
    n_iter_ : int
        Epochs of the last `fit`, or calls of `partial_fit` since.
    loss_curve_ : list of float
        Mean loss of each epoch's minibatches as they came.
    loss_ : float
        The last of them.
    validation_scores_ : list of float or None
        Accuracy at each evaluation; None without early stopping.
    best_validation_score_ : float or None
        The largest of them.
    """

    loss_curve_: list[float]

    def __init__(self, **parameters: Any) -> None:
        signature: Signature = type(self).__init__.__signature__  # type: ignore[attr-defined]
        bound = signature.bind(self, **parameters)
        bound.apply_defaults()
        for name, value in bound.kwargs.items():
            setattr(self, name, value)

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803
        """Learn from samples.

        Parameters
        ----------
        X : array-like, (samples, features)
            Finite numbers.
        y : array-like, (samples,)
            Labels of any kind.

        Raises
        ------
        ValueError
            A parameter or the samples are not as they must be.
        """
        again = self.warm_start and hasattr(self, "_network")
        features, targets = self._samples(X, y, reset=not again)
        spec = self._training_spec(
            patience=(self.patience or PATIENCE) if self.early_stopping else self.patience
        )
        if spec.patience and not self.early_stopping:
            raise ValueError("patience needs early_stopping=True.")
        if again:
            self._check_same_network()
            labels = self._labels(targets)
        else:
            labels = self._begin(np.unique(targets))._labels(targets)
        held_back = 0
        if self.early_stopping:
            learning, validation = train_test_split(
                np.arange(len(labels)),
                test_size=self.validation_fraction,
                stratify=labels,
                random_state=self._seed % 2**32,
            )
            order, held_back = np.concatenate([learning, validation]), len(validation)
            features, labels = features[order], labels[order]
        self._learn(features, labels, spec.replace(seed=self._seed), held_back)
        self.n_iter_ = len(self.loss_curve_)
        return self

    def partial_fit(
        self,
        X: ArrayLike,  # noqa: N803
        y: ArrayLike,
        classes: ArrayLike | None = None,
    ) -> Self:
        """Learn one epoch of samples, going on with weights and optimizer.

        The learning rate is constant: a schedule would have to know how many calls there will be.
        With `average` each call ends with its own mean of the weights, and the next goes on there.

        Parameters
        ----------
        X : array-like, (samples, features)
            Finite numbers.
        y : array-like, (samples,)
            Labels.
        classes : array-like, (classes,), optional
            All labels that there will be; needed in the first call.
        """
        if self.early_stopping:
            raise ValueError("partial_fit does not support early_stopping=True.")
        first = not hasattr(self, "_network")
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        features, targets = self._samples(X, y, reset=first)
        spec = self._training_spec(epochs=1, schedule="constant", patience=0)
        if first:
            self._begin(np.unique(np.asarray(classes)))
        elif classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(f"classes are not those of the first call, {self.classes_}.")
        self._check_same_network()
        labels = self._labels(targets)
        # Other chance in each call: the same samples come in another order the next time.
        seed = int(generator(self._seed, "partial fit", self.n_iter_).integers(2**32))
        curve = self.loss_curve_
        self._learn(features, labels, spec.replace(seed=seed), 0, self._memory)
        self.loss_curve_ = [*curve, *self.loss_curve_]
        self.n_iter_ += 1
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The most probable label of each sample, (samples,)."""
        best = self.predict_proba(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[best]
        return labels

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Probabilities of the labels, (samples, classes), in the order of `classes_`.

        They sum to 1; the outputs of a sigmoid network are shared out in proportion.
        """
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float32, reset=False)
        # In single precision a sample's answer would hang, in its last digits, on its neighbours.
        network = Network(self._network.spec, np.float64)
        network.values[:] = self._network.values
        answers = network.predict(self._images(features))
        total = answers.sum(axis=1, keepdims=True)
        shared: NDArray[np.float64] = np.full_like(answers, 1.0 / len(self.classes_))
        np.divide(answers, total, out=shared, where=total > 0.0)
        return shared

    @property
    def coefs_(self) -> list[NDArray[Any]]:
        """The weights of each layer, (inputs, outputs)."""
        check_is_fitted(self)
        coefs: list[NDArray[Any]] = [layer.weight.copy() for layer in self._network.layers]
        # The features that fill the last row of the image are always zero.
        coefs[0] = coefs[0][: self.n_features_in_]
        return coefs

    @property
    def intercepts_(self) -> list[NDArray[Any]]:
        """The biases of each layer; zeros where it has none."""
        check_is_fitted(self)
        return [
            layer.matrix[-1].copy() if layer.bias else np.zeros_like(layer.weight[0])
            for layer in self._network.layers
        ]

    def model(self, name: str = "") -> Model:
        """The network as a model, for `core.export.export`; it takes features as `fit` had them."""
        check_is_fitted(self)
        names = tuple(str(each) for each in self.classes_.tolist())
        return Model(self._network.copy(), name, names, preparation="none")

    def __getstate__(self) -> dict[str, Any]:
        """Plain values: the network's matrices are views of one array, which pickle would part."""
        state = dict(super().__getstate__())
        if "_network" in state:
            network = state["_network"]
            state["_network"] = network.spec.to_json(), network.values.copy()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "_network" in state:
            spec, values = state["_network"]
            network = Network(NetworkSpec.from_json(spec))
            network.values[:] = values
            state = {**state, "_network": network}
        super().__setstate__(state)

    def _samples(
        self, features: ArrayLike, targets: ArrayLike, reset: bool
    ) -> tuple[NDArray[np.float32], NDArray[Any]]:
        x, y = validate_data(self, features, targets, dtype=np.float32, reset=reset)
        check_classification_targets(y)
        return x, y

    def _training_spec(self, **values: Any) -> TrainingSpec:
        return _spec(TrainingSpec, self._values(TrainingSpec) | values)

    def _network_spec(self, classes: int) -> NetworkSpec:
        values = self._values(NetworkSpec)
        return _spec(NetworkSpec, values | {"inputs": self._shape(), "classes": classes})

    def _values(self, spec: type[Spec]) -> dict[str, Any]:
        return {each.name: _plain(getattr(self, each.name)) for each in _chosen_settings(spec)}

    def _shape(self) -> tuple[int, int]:
        """The image that the network takes the features for, the last row filled with zeros."""
        rows = -(-self.n_features_in_ // LONGEST_ROW)
        return rows, -(-self.n_features_in_ // rows)

    def _images(self, features: NDArray[np.float32]) -> NDArray[Any]:
        rows, columns = self._shape()
        missing = rows * columns - features.shape[1]
        if missing:
            features = np.pad(features, ((0, 0), (0, missing)))
        return features.reshape(-1, rows, columns)

    def _begin(self, classes: NDArray[Any]) -> Self:
        """Take a new network for these classes."""
        if len(classes) < 2:
            raise ValueError(f"There is only one class, {classes[0]}; at least two are needed.")
        spec = self._network_spec(len(classes))
        chance = self.random_state
        if not isinstance(chance, int | np.integer):
            chance = check_random_state(chance).randint(2**32, dtype=np.uint32)
        self._seed = _spec(TrainingSpec, {"seed": int(chance)}).seed
        self._network = Network(spec).initialize(self._seed)
        self._memory: dict[str, NDArray[Any]] = {}
        self.classes_ = classes
        self.loss_curve_ = []
        self.n_iter_ = 0
        return self

    def _check_same_network(self) -> None:
        if self._network.spec != self._network_spec(len(self.classes_)):
            raise ValueError("The network's settings were changed: it cannot go on, fit a new one.")

    def _labels(self, targets: NDArray[Any]) -> NDArray[np.intp]:
        """The places of targets in `classes_`."""
        labels = np.searchsorted(self.classes_, targets).clip(max=len(self.classes_) - 1)
        if not np.array_equal(self.classes_[labels], targets):
            strange = np.setdiff1d(targets, self.classes_)
            raise ValueError(f"y has labels that are not among the classes: {strange.tolist()}.")
        return labels

    def _learn(
        self,
        features: NDArray[np.float32],
        labels: NDArray[Any],
        spec: TrainingSpec,
        held_back: int,
        memory: dict[str, NDArray[Any]] | None = None,
    ) -> None:
        """Train the network, with the optimizer's memory of an earlier time or a new one."""
        images = self._images(features)
        names = tuple(str(each) for each in self.classes_.tolist())
        # Nothing is tested here; one sample keeps that short.
        digits = Digits(
            "samples", Part(images, labels), Part(images[:1], labels[:1]), held_back, names
        )
        try:
            training = Training(self._network, digits, spec)
        except SpecError as error:
            raise ValueError(str(error)) from None
        state = training.state()
        if memory and memory.keys() == state["optimizer"].keys():
            training.restore(state | {"optimizer": memory})
        losses: list[list[float]] = []
        scores: list[float] = []
        for event in training:
            match event:
                case BatchDone():
                    if event.epoch == len(losses):
                        losses.append([])
                    losses[-1].append(event.loss)
                case Evaluated():
                    scores.append(event.accuracy)
                case Finished(reason="diverged"):
                    warnings.warn(event.message, ConvergenceWarning, stacklevel=3)
        self._memory = training.state()["optimizer"]
        self.loss_curve_ = [float(np.mean(epoch)) for epoch in losses]
        self.loss_ = self.loss_curve_[-1]
        self.validation_scores_ = scores if held_back else None
        self.best_validation_score_ = max(scores) if held_back else None


def _spec(kind: type[SpecType], values: dict[str, Any]) -> SpecType:
    """A spec, or the error that scikit-learn's users expect."""
    try:
        return kind(**values)
    except SpecError as error:
        raise ValueError(str(error)) from None


def _plain(value: Any) -> Any:
    """A value of Python: those of numpy come from parameter grids."""
    return value.item() if isinstance(value, np.generic) else value
