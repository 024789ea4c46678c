"""JAX as its experts write it: many minibatches, up to an epoch, in one compiled scan."""

import itertools
import math
from functools import partial
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from .cells import MOMENTUM, Cell
from .engine import Engine, Shuffled

# (weights, biases) of each layer.
Layers = list[tuple[jax.Array, jax.Array]]
FIRST_DECAY, SECOND_DECAY, EPSILON = 0.9, 0.999, 1e-8


class Jax(Engine):
    """Digits stay on the device, weights are donated, the optimizers are written out."""

    variants: ClassVar = ("uint8", "float32")
    version = jax.__version__

    def __init__(self, threads: int, data: str) -> None:
        super().__init__(threads, data)
        self._inputs = {"uint8": jnp.asarray(self.pixels), "float32": jnp.asarray(self.scaled())}
        self._targets = jnp.asarray(self.labels.astype(np.int32))

    def start(self, cell: Cell, variant: str) -> None:
        self._images = self._inputs[variant]
        self._order = Shuffled(len(self.labels), cell.minibatch)
        layers = _first_weights(cell)
        zeros = jax.tree.map(jnp.zeros_like, layers)
        if cell.optimizer == "momentum":
            update: Any = partial(_momentum, rate=cell.learning_rate)
            memory: Any = zeros
        else:
            update = partial(_adam, rate=cell.learning_rate)
            memory = (zeros, jax.tree.map(jnp.copy, zeros), jnp.float32(0))
        self._state = (layers, memory)
        self._scan = jax.jit(partial(_scan, update), donate_argnums=0)

    def step(self, minibatches: int) -> int:
        order = self._order.take(minibatches)
        self._state, losses = self._scan(self._state, self._images, self._targets, order)
        jax.block_until_ready((self._state, losses))
        return order.size


def _first_weights(cell: Cell) -> Layers:
    random = np.random.default_rng(0)
    return [
        (
            jnp.asarray(
                random.standard_normal((below, above), np.float32) * math.sqrt(2.0 / below)
            ),
            jnp.zeros(above, jnp.float32),
        )
        for below, above in itertools.pairwise(cell.widths)
    ]


def _loss(layers: Layers, images: jax.Array, labels: jax.Array) -> jax.Array:
    activated = images
    for weights, biases in layers[:-1]:
        activated = jax.nn.relu(activated @ weights + biases)
    weights, biases = layers[-1]
    logs = jax.nn.log_softmax(activated @ weights + biases)
    return -jnp.mean(jnp.take_along_axis(logs, labels[:, None], axis=1))


def _scan(
    update: Any, state: Any, images: jax.Array, labels: jax.Array, order: jax.Array
) -> tuple[Any, jax.Array]:
    """Learn the minibatches of `order`, (minibatches, digits); the loss of each is returned."""

    def learn(state: Any, chosen: jax.Array) -> tuple[Any, jax.Array]:
        inputs = images[chosen]
        if inputs.dtype == jnp.uint8:
            inputs = inputs.astype(jnp.float32) * jnp.float32(1 / 255)
        layers, memory = state
        loss, slopes = jax.value_and_grad(_loss)(layers, inputs, labels[chosen])
        return update(layers, memory, slopes), loss

    return jax.lax.scan(learn, state, order)


def _momentum(layers: Any, velocity: Any, slopes: Any, rate: float) -> Any:
    velocity = jax.tree.map(lambda v, g: MOMENTUM * v + g, velocity, slopes)
    return jax.tree.map(lambda w, v: w - rate * v, layers, velocity), velocity


def _adam(layers: Any, memory: Any, slopes: Any, rate: float) -> Any:
    first, second, count = memory
    count = count + 1
    first = jax.tree.map(lambda m, g: FIRST_DECAY * m + (1 - FIRST_DECAY) * g, first, slopes)
    second = jax.tree.map(
        lambda v, g: SECOND_DECAY * v + (1 - SECOND_DECAY) * g * g, second, slopes
    )
    # The corrections of both means are folded into two scalars (Kingma & Ba 2015, section 2).
    correction = jnp.sqrt(1 - SECOND_DECAY**count)
    scale = rate * correction / (1 - FIRST_DECAY**count)
    floor = EPSILON * correction
    layers = jax.tree.map(
        lambda w, m, v: w - scale * m / (jnp.sqrt(v) + floor), layers, first, second
    )
    return layers, (first, second, count)
