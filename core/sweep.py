"""A sweep: one training with every combination of some values, compared on validation digits."""

import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .digits import Digits
from .errors import SpecError
from .events import Evaluated, Event, Finished
from .fit import check_fit
from .rate_finder import RateFinder
from .runs import build, load_digits
from .setting import settings
from .spec import NetworkSpec, Specs, TrainingSpec, with_values
from .suits import suit
from .threads import use_threads
from .training import Training


@dataclass(frozen=True)
class Variant:
    """One combination of the values.

    Attributes
    ----------
    values : mapping of str to Any
        Those of the settings that vary, by name; seeds are none of them.
    network, training : NetworkSpec, TrainingSpec
        All settings.
    """

    values: Mapping[str, Any]
    network: NetworkSpec
    training: TrainingSpec


@dataclass(frozen=True)
class SweptRun:
    """One run of a sweep that is over.

    Attributes
    ----------
    place : int
        Which of the sweep's variants it was of.
    seed : int
        Its seed.
    learning_rate : float
        The one in use, which may have been found by a search.
    evaluated : Evaluated or None
        How the weights that were kept do on the part that the curve is drawn on; None where the
        run ended before it was ever evaluated.
    finished : Finished
        Its end.
    """

    place: int
    seed: int
    learning_rate: float
    evaluated: Evaluated | None
    finished: Finished

    @property
    def rank(self) -> tuple[float, float]:
        """The higher the better: accuracy, then loss, as a training chooses its weights."""
        kept = self.evaluated
        return (kept.accuracy, -kept.loss) if kept else (-math.inf, -math.inf)


@dataclass(frozen=True)
class Standing:
    """What came of a variant.

    Attributes
    ----------
    variant : Variant
        Its settings.
    runs : tuple of SweptRun
        One for each seed so far.
    """

    variant: Variant
    runs: tuple[SweptRun, ...]

    @property
    def accuracies(self) -> tuple[float, ...]:
        """Of the runs that were evaluated, 0 to 1."""
        return tuple(run.evaluated.accuracy for run in self.runs if run.evaluated)

    @property
    def test_accuracies(self) -> tuple[float, ...]:
        """Of the same runs on the test part; to be told of the chosen variant alone."""
        return tuple(run.finished.test_accuracy for run in self.runs if run.evaluated)

    @property
    def seconds(self) -> float:
        """Of training, in the mean."""
        return sum(run.finished.seconds for run in self.runs) / len(self.runs)

    @property
    def rank(self) -> tuple[float, float]:
        """The mean of the runs' own."""
        pairs = zip(*(run.rank for run in self.runs), strict=True)
        accuracy, loss = (sum(each) / len(self.runs) for each in pairs)
        return accuracy, loss


class Sweep:
    """Trains every variant with every seed, one after the other.

    Iterate it: it returns the events of each training and, after each, its `SweptRun`.

    Parameters
    ----------
    network, training : NetworkSpec, TrainingSpec
        What all runs share.
    grid : mapping of str to sequence
        The values of each setting that varies, by its name; those of `seed` make no variants, but
        are averaged over.
    data : str
        Name or folder of the data set, which is loaded once.
    find_rate : bool
        Whether each run searches for its learning rate first.
    fixed : collection of str
        Settings that a person has set: they stay, whatever suits a value that varies.

    Attributes
    ----------
    variants : list of Variant
        In the order in which they are trained.
    count : int
        Number of runs.
    training : Training or None
        The one under way; None before the first.
    finds_rates : bool
        Whether each run searches for its learning rate first.

    Raises
    ------
    SpecError
        A combination cannot be trained, or there are no validation digits to choose by.
    """

    def __init__(
        self,
        network: NetworkSpec,
        training: TrainingSpec,
        grid: Mapping[str, Sequence[Any]],
        data: str,
        find_rate: bool = False,
        fixed: Collection[str] = (),
    ) -> None:
        self._data, self.finds_rates = data, find_rate
        self._digits: dict[tuple[str, bool], Digits] = {}
        self._seeds = tuple(grid.get("seed", (training.seed,)))
        names = [name for name in grid if name != "seed"]
        self.variants = [
            _variant((network, training), dict(zip(names, values, strict=True)), fixed)
            for values in itertools.product(*(grid[name] for name in names))
        ]
        self.count = len(self.variants) * len(self._seeds)
        self._runs: list[SweptRun] = []
        # The best training of the variant under way and of the best one before it.
        self._held: dict[int, tuple[Training, SweptRun]] = {}
        self.training: Training | None = None
        self._stopped = False
        self._check()

    def stop(self) -> None:
        """End after the minibatch under way; may be called from a signal handler."""
        self._stopped = True
        if self.training is not None:
            self.training.stop()

    def __iter__(self) -> Iterator[Event | SweptRun]:
        """Train all; see the class."""
        for place, variant in enumerate(self.variants):
            for seed in self._seeds:
                # Whoever stops at once still gets the one run there must be, of no minibatch.
                if self._stopped and self._runs:
                    return
                training = self.training = self._prepare(variant, seed)
                if self._stopped:
                    training.stop()
                evaluations: dict[int, Evaluated] = {}
                for event in training:
                    yield event
                    if isinstance(event, Evaluated):
                        evaluations[event.step] = event
                    elif isinstance(event, Finished):
                        kept = evaluations.get(event.kept_step)
                        rate = training.spec.learning_rate
                        run = SweptRun(place, seed, rate, kept, event)
                        self._keep(training, run)
                        yield run

    def standings(self) -> list[Standing]:
        """The variants trained so far, the best first."""
        places = sorted({run.place for run in self._runs})
        found = [self._standing(place) for place in places]
        return sorted(found, key=lambda each: each.rank, reverse=True)

    def chosen(self) -> tuple[Training, SweptRun]:
        """Of the best variant the best seed; without validation digits simply the first."""
        return self._held[self.standings()[0].runs[0].place]

    def _check(self) -> None:
        """Refuse what cannot be trained before anything is."""
        for variant in self.variants:
            digits = self._load(variant.training)
            if len(self.variants) > 1 and not digits.held_back:
                raise SpecError(
                    "A sweep chooses by validation digits, and these settings hold none back: "
                    "switch the validation part on, or vary nothing but the seed."
                )
            try:
                check_fit(_fitting(variant.network, digits), digits, variant.training)
            except SpecError as error:
                values = words_of(variant.values)
                raise SpecError(f"{values}: {error}" if values else str(error)) from None

    def _load(self, training: TrainingSpec) -> Digits:
        key = (training.exclude, training.validation)
        if key not in self._digits:
            self._digits[key] = load_digits(self._data, training)
        return self._digits[key]

    def _prepare(self, variant: Variant, seed: int) -> Training:
        spec = variant.training.replace(seed=seed)
        use_threads(spec.threads)
        training = build(variant.network, spec, self._load(spec))
        if not self.finds_rates:
            return training
        finder = RateFinder(training.network, training.digits, spec)
        for _ in finder:
            if self._stopped:
                break
        rate = finder.suggestion or spec.learning_rate
        return Training(training.network, training.digits, spec.replace(learning_rate=rate))

    def _keep(self, training: Training, run: SweptRun) -> None:
        """Hold no more networks than may still be chosen."""
        chooses = bool(training.digits.held_back)
        training.let_go()
        self._runs.append(run)
        held = self._held.get(run.place)
        if held is None or (chooses and run.rank > held[1].rank):
            self._held[run.place] = (training, run)
        others = [place for place in self._held if place != run.place]
        best = max(others, key=lambda place: self._standing(place).rank, default=None)
        self._held = {place: self._held[place] for place in (best, run.place) if place is not None}

    def _standing(self, place: int) -> Standing:
        runs = tuple(run for run in self._runs if run.place == place)
        return Standing(self.variants[place], runs)


def words_of(values: Mapping[str, Any]) -> str:
    """The values of a variant as a person reads them: `Layers 64, Learning rate 0.1`."""
    declared = {each.name: each for each in (*settings(NetworkSpec), *settings(TrainingSpec))}
    shown = (f"{declared[name].label} {declared[name].format(values[name])}" for name in values)
    return " · ".join(shown)


def _variant(base: Specs, values: dict[str, Any], fixed: Collection[str]) -> Variant:
    """What suits a value that varies goes along with it, as in a single run."""
    wanted = with_values(values, *base)
    switch = suit(base, wanted, base, fixed={*fixed, *values})
    return Variant(values, *(switch.applied(*wanted) if switch else wanted))


def _fitting(network: NetworkSpec, digits: Digits) -> NetworkSpec:
    return network.replace(inputs=digits.image_shape, classes=len(digits.class_names))
