"""The training loop of plain networks in one function, compiled by numba (the extra `zmlp[fast]`).

Digits are four fifths black and a ReLU is silent half of the time. A dense product cannot use
that; a loop over what is not zero can: it touches the rows of weights in use and no others. Rows
that were not in use owe the way that their velocity would have carried them; it is paid when they
are next in use, so that no step passes over weights that nothing touched. Larger minibatches leave
little unused, so their products are dense ones, by numpy's own BLAS.

Several threads learn a minibatch together, each some neurons of every hidden layer; what the others
need of them lies where all can read it once they have met.

It computes what `Network.forward`, `backward` and the optimizers compute, up to rounding. All is
in one file because numba's cache notices changes in the file of the compiled function alone.
"""

import math

import numpy as np
from llvmlite import ir
from numba import carray, njit, types
from numba.extending import intrinsic

IDENTITY, RELU, LEAKY_RELU, SIGMOID, TANH = range(5)
CROSS_ENTROPY, SQUARED_ERROR, BINARY_CROSS_ENTROPY = range(3)
SGD, MOMENTUM, ADAM = range(3)

# Weights of a layer that stay in a processor's own cache, so that each digit may pass over its
# rows; those of a larger one are passed over once for all digits of a minibatch.
NEAR = 100_000
# Columns that a thread keeps of a layer's weights are a multiple of these, which lie in one line
# of the cache.
UNIT = 16
# Bytes of a line of the cache, and digits ahead of which the pixels are fetched.
LINE, AHEAD = 64, 4
# Looks at what another thread has done before giving way to others, and before a thread that has
# nothing to do falls asleep: some milliseconds.
SPINS, PATIENCE = 2000, 4_000_000
# What stands where in a task: how far threads have counted, steps behind, steps and digits to
# learn, how many images there are, and the addresses of what is read and written.
GOAL, NOW, STEPS, DIGITS, IMAGES, PIXELS, ORDER, LABELS, LOSSES, RIGHTS = range(10)
# Where a bell says whether who serves is asleep, in another line of the cache than its rings.
ASLEEP = 8

# Sums may be reordered, but what is no number stays none.
_compile = njit(
    fastmath={"reassoc", "contract", "nsz", "arcp"}, nogil=True, cache=True, error_model="numpy"
)


# CBLAS's numbers for how a matrix lies in memory and is taken.
_ROW_MAJOR, _AS_IT_IS, _TRANSPOSED = 101, 111, 112


@intrinsic
def _gemm(typing, function, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc):
    """Call sgemm, whose address is `function`: c ← alpha · op(a) · op(b) + beta · c."""
    size, number, flag = types.int64, types.float32, types.int32
    signature = types.void(
        size, flag, flag, size, size, size, number, size, size, size, size, number, size, size
    )

    def generate(context, builder, signature, values):
        address, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc = values
        i32, i64, f32 = ir.IntType(32), ir.IntType(64), ir.FloatType()
        form = [i32, i32, i32, i64, i64, i64, f32, i64, i64, i64, i64, f32, i64, i64]
        function = builder.inttoptr(address, ir.FunctionType(ir.VoidType(), form).as_pointer())
        order = ir.Constant(i32, _ROW_MAJOR)
        # Addresses are passed as numbers are: both take one register.
        builder.call(function, [order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc])
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def _prefetch(typing, address):
    """Have the cache line at an address brought near."""

    def generate(context, builder, signature, values):
        i32 = ir.IntType(32)
        pointer = builder.inttoptr(values[0], ir.IntType(8).as_pointer())
        form = ir.FunctionType(ir.VoidType(), [pointer.type, i32, i32, i32])
        function = builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], form)
        # To read it, and keep it in all caches; it is data.
        builder.call(function, [pointer, *(ir.Constant(i32, each) for each in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(types.int64), generate


@intrinsic
def _pointer(typing, address):
    """The address as a pointer."""

    def generate(context, builder, signature, values):
        return builder.inttoptr(values[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@intrinsic
def _arrive(typing, address):
    """Count one more at an address that all threads count at."""

    def generate(context, builder, signature, values):
        pointer = builder.inttoptr(values[0], ir.IntType(64).as_pointer())
        builder.atomic_rmw("add", pointer, ir.Constant(ir.IntType(64), 1), "seq_cst")
        return context.get_dummy_value()

    return types.void(types.int64), generate


@intrinsic
def _arrived(typing, address):
    """What has been counted at an address; all that was written before it was can be read."""

    def generate(context, builder, signature, values):
        pointer = builder.inttoptr(values[0], ir.IntType(64).as_pointer())
        return builder.load_atomic(pointer, "seq_cst", 8)

    return types.int64(types.int64), generate


@intrinsic
def _give_way(typing, function):
    """Let other threads have this processor core, by the system's function at that address."""

    def generate(context, builder, signature, values):
        form = ir.FunctionType(ir.IntType(32), [])
        builder.call(builder.inttoptr(values[0], form.as_pointer()), [])
        return context.get_dummy_value()

    return types.void(types.int64), generate


@_compile
def share(width, me, threads):
    """The columns of a layer's weights, from the first to before the last, that a thread keeps."""
    units = -(-width // UNIT)
    first, end = units * me // threads * UNIT, units * (me + 1) // threads * UNIT
    return min(first, width), min(end, width)


@_compile
def meet(counter, goal, give_way):
    """Wait until all threads have come here; what they wrote before can be read from now on."""
    _arrive(counter.ctypes.data)
    waited = 0
    while _arrived(counter.ctypes.data) < goal:
        waited += 1
        if waited % SPINS == 0:
            _give_way(give_way)


@_compile
def take(whole, rows, outputs, start):
    """Put together what all threads have laid out of a layer: its columns, a part by each."""
    width, threads = whole.shape[1], len(outputs)
    for each in range(threads):
        first, end = share(width, each, threads)
        here, own = start, end - first
        for b in range(rows):
            source, target = outputs[each, here : here + own], whole[b, first:end]
            for j in range(own):
                target[j] = source[j]
            here += own


@_compile
def join(partials, start, rows, width, first, total):
    """Add up what all threads have found: some columns of arrays of that width."""
    own = total.shape[1]
    for b in range(rows):
        here, target = start + b * width + first, total[b]
        for each in range(len(partials)):
            source = partials[each, here : here + own]
            if each == 0:
                for j in range(own):
                    target[j] = source[j]
            else:
                for j in range(own):
                    target[j] += source[j]


@_compile
def times_slope(below, rows, values, kind):
    """Turn slopes of what a layer puts out into those of its sums, from what it put out."""
    for b in range(rows):
        target, value = below[b], values[b]
        if kind == RELU:
            for j in range(len(target)):
                target[j] = target[j] if value[j] > 0.0 else np.float32(0.0)
        else:
            for j in range(len(target)):
                target[j] *= slope(kind, value[j])


@_compile
def fetch(pixels, order, place):
    """Have the pixels of a digit some places ahead brought near, which lie anywhere in memory."""
    if place + AHEAD < len(order):
        start = pixels.ctypes.data + order[place + AHEAD] * pixels.shape[1]
        for line in range(0, pixels.shape[1], LINE):
            _prefetch(start + line)


@_compile
def list_pixels(pixels, order, start, rows, number, places, amounts):
    """List for each digit the pixels that are not black, and their values scaled to 0–1."""
    for b in range(rows):
        fetch(pixels, order, start + b)
        n, row = 0, pixels[order[start + b]]
        for i in range(len(row)):
            value = row[i]
            # Written always and counted sometimes: no branch to guess wrong.
            places[b, n] = i
            amounts[b, n] = np.float32(value) * np.float32(1 / 255)
            n += value != 0
        number[b] = n


@_compile
def list_values(values, rows, skip_zeros, number, places, amounts):
    """List the same for what the neurons of a hidden layer put out."""
    for b in range(rows):
        n = 0
        for i in range(values.shape[1]):
            value = values[b, i]
            places[b, n] = i
            amounts[b, n] = value
            n += (not skip_zeros) or value != np.float32(0.0)
        number[b] = n


@_compile
def turn(rows, number, places, amounts, count, members, shares):
    """Turn the lists of each digit into lists of each input: which digits use it, and how much."""
    for i in range(count.shape[0]):
        count[i] = 0
    for b in range(rows):
        for n in range(number[b]):
            i = places[b, n]
            k = count[i]
            members[i, k] = b
            shares[i, k] = amounts[b, n]
            count[i] = k + 1


@_compile
def debt(last, now, rates, momentum):
    """How far a velocity of 1 after step `last` moves until after step `now`, and what is left."""
    moved, left = 0.0, 1.0
    for step in range(last, now):
        left *= momentum
        moved += rates[step] * left
        if left < 1e-12:
            return moved, 0.0
    return moved, left


@_compile
def catch_up(weights, velocity, rows, number, places, last, now, rates, momentum, decays, used):
    """Let the rows in use go where their velocity has carried them since they last were.

    Lists them in `used` and returns how many; where `decays`, their velocity has already lost what
    the coming step takes from it.
    """
    count, width = 0, weights.shape[1]
    for b in range(rows):
        for n in range(number[b]):
            i = places[b, n]
            if last[i] > now:
                continue
            moved, left = 0.0, 1.0
            if last[i] < now:
                moved, left = debt(last[i], now, rates, momentum)
            last[i] = now + 1
            used[count] = i
            count += 1
            if decays:
                left *= momentum
            a, c = np.float32(moved), np.float32(left)
            if moved != 0.0:
                for j in range(width):
                    weights[i, j] -= a * velocity[i, j]
            if left != 1.0:
                for j in range(width):
                    velocity[i, j] *= c
    return count


@_compile
def settle(weights, velocity, moving, last, now, rates, momentum):
    """Let all rows go where their velocity has carried them; it stays as it is if not `moving`."""
    for i in range(last.shape[0]):
        if last[i] < now:
            moved, left = debt(last[i], now, rates, momentum)
            a, c = np.float32(moved), np.float32(left)
            for j in range(weights.shape[1]):
                weights[i, j] -= a * velocity[i, j]
                if moving:
                    velocity[i, j] *= c


@_compile
def start_sums(sums, rows, weights, bias):
    """Begin the sums with the bias, or with nothing."""
    end = weights.shape[0] - 1
    for b in range(rows):
        for j in range(weights.shape[1]):
            sums[b, j] = weights[end, j] if bias else np.float32(0.0)


@_compile
def add_by_digit(sums, rows, weights, number, places, amounts):
    """Add to each digit's sums the rows that it uses, four at a time."""
    width = weights.shape[1]
    for b in range(rows):
        n, many = 0, number[b]
        while n + 4 <= many:
            i0, i1, i2, i3 = places[b, n], places[b, n + 1], places[b, n + 2], places[b, n + 3]
            x0, x1 = amounts[b, n], amounts[b, n + 1]
            x2, x3 = amounts[b, n + 2], amounts[b, n + 3]
            for j in range(width):
                sums[b, j] += (x0 * weights[i0, j] + x1 * weights[i1, j]) + (
                    x2 * weights[i2, j] + x3 * weights[i3, j]
                )
            n += 4
        while n < many:
            i0, x0 = places[b, n], amounts[b, n]
            for j in range(width):
                sums[b, j] += x0 * weights[i0, j]
            n += 1


@_compile
def add_by_input(sums, weights, count, members, shares):
    """Add each row to the sums of all digits that use it."""
    for i in range(count.shape[0]):
        for k in range(count[i]):
            b, x = members[i, k], shares[i, k]
            for j in range(weights.shape[1]):
                sums[b, j] += x * weights[i, j]


@_compile
def activate(kind, z, rows):
    """Apply an activation in place."""
    one, half, leak = np.float32(1.0), np.float32(0.5), np.float32(0.01)
    for b in range(rows):
        for j in range(z.shape[1]):
            v = z[b, j]
            if kind == RELU:
                # What is no number stays none.
                z[b, j] = np.float32(0.0) if v < 0.0 else v
            elif kind == LEAKY_RELU:
                z[b, j] = v * leak if v < 0.0 else v
            elif kind == SIGMOID:
                z[b, j] = half * (one + np.float32(math.tanh(half * v)))
            elif kind == TANH:
                z[b, j] = np.float32(math.tanh(v))


@_compile
def slope(kind, a):
    """The slope of an activation, read from what it put out."""
    one = np.float32(1.0)
    if kind == RELU:
        return one if a > 0.0 else np.float32(0.0)
    if kind == LEAKY_RELU:
        return one if a > 0.0 else np.float32(0.01)
    if kind == SIGMOID:
        return a * (one - a)
    if kind == TANH:
        return one - a * a
    return one


@_compile
def softmax(z, b, label, smoothing):
    """Turn one digit's logits into probabilities; returns its cross-entropy."""
    classes = z.shape[1]
    top = z[b, 0]
    for j in range(1, classes):
        top = max(top, z[b, j])
    norm, shared, chosen = 0.0, 0.0, np.float64(z[b, label] - top)
    for j in range(classes):
        shared += z[b, j] - top
        z[b, j] = np.float32(math.exp(z[b, j] - top))
        norm += z[b, j]
    scale = np.float32(1.0 / norm)
    for j in range(classes):
        z[b, j] *= scale
    return math.log(norm) - (1.0 - smoothing) * chosen - smoothing * shared / classes


@_compile
def sigmoids(z, b, label, smoothing, loss):
    """Turn one digit's logits into a sigmoid each; returns its loss."""
    total, edge = 0.0, 1.1920929e-07
    for j in range(z.shape[1]):
        p = 0.5 * (1.0 + math.tanh(0.5 * z[b, j]))
        y = smoothing / z.shape[1] + (1.0 - smoothing) * (j == label)
        z[b, j] = np.float32(p)
        if loss == SQUARED_ERROR:
            total += 0.5 * (p - y) ** 2
        else:
            total -= y * math.log(max(p, edge)) + (1.0 - y) * math.log1p(-min(p, 1.0 - edge))
    return total


@_compile
def answer(z, labels, first, end, loss, smoothing):
    """Turn the logits of some digits into the slopes of the mean loss of all.

    Returns the loss, summed over these digits, and how many of them were right.
    """
    rows, classes = len(labels), z.shape[1]
    total, right = 0.0, 0
    for b in range(first, end):
        label, best = labels[b], 0
        for j in range(1, classes):
            if z[b, j] > z[b, best]:
                best = j
        right += best == label
        if loss == CROSS_ENTROPY:
            total += softmax(z, b, label, smoothing)
        else:
            total += sigmoids(z, b, label, smoothing, loss)
        for j in range(classes):
            p = z[b, j]
            s = p - (smoothing / classes + (1.0 - smoothing) * (j == label))
            if loss == SQUARED_ERROR:
                s *= p * (1.0 - p)
            z[b, j] = np.float32(s / rows)
    return total, right


@_compile
def slopes_below(delta, below, rows, weights, number, places):
    """The slopes of what one layer down puts out, where that is in use."""
    for b in range(rows):
        for i in range(below.shape[1]):
            below[b, i] = np.float32(0.0)
        for n in range(number[b]):
            i = places[b, n]
            total = np.float32(0.0)
            for j in range(weights.shape[1]):
                total += weights[i, j] * delta[b, j]
            below[b, i] = total


@_compile
def move(weights, memory, i, g, optimizer, momentum, rate):
    """Make the step of row i of the weights, whose slopes are `g`, without Adam."""
    r, mu = np.float32(rate), np.float32(momentum)
    if optimizer == SGD:
        for j in range(weights.shape[1]):
            weights[i, j] -= r * g[j]
    else:
        for j in range(weights.shape[1]):
            v = mu * memory[i, j] + g[j]
            memory[i, j] = v
            weights[i, j] -= r * v


@_compile
def adapt(weights, mean, square, slopes, rate, shrink):
    """Make Adam's step of all weights of a layer, laid out flat."""
    b1, c1 = np.float32(0.9), np.float32(1.0 - 0.9)
    b2, c2 = np.float32(0.999), np.float32(1.0 - 0.999)
    r, tiny = np.float32(rate), np.float32(shrink)
    for i in range(weights.shape[0]):
        g = slopes[i]
        m = b1 * mean[i] + c1 * g
        s = b2 * square[i] + c2 * (g * g)
        mean[i] = m
        square[i] = s
        weights[i] -= r * m / (np.sqrt(s) + tiny)


@_compile
def scale_pixels(pixels, order, start, rows, values):
    """Scale pixels to 0–1."""
    for b in range(rows):
        fetch(pixels, order, start + b)
        row = pixels[order[start + b]]
        for i in range(len(row)):
            values[b, i] = np.float32(row[i]) * np.float32(1 / 255)


@_compile
def add_product(gemm, portion, sums, rows, values, weights):
    """Add values · weights to the sums, by BLAS, for `portion` digits at a time."""
    n, width = values.shape[1], weights.shape[1]
    one, b = np.float32(1.0), weights.ctypes.data
    for first in range(0, rows, portion):
        m = min(portion, rows - first)
        a, c = values[first:].ctypes.data, sums[first:].ctypes.data
        _gemm(gemm, _AS_IT_IS, _AS_IT_IS, m, width, n, one, a, n, b, width, one, c, width)


@_compile
def product_below(gemm, delta, below, rows, weights):
    """The slopes of what one layer down puts out, by BLAS."""
    n, width = below.shape[1], weights.shape[1]
    one, zero = np.float32(1.0), np.float32(0.0)
    a, b, c = delta.ctypes.data, weights.ctypes.data, below.ctypes.data
    _gemm(gemm, _AS_IT_IS, _TRANSPOSED, rows, n, width, one, a, width, b, width, zero, c, n)


@_compile
def update_by_product(
    gemm, portion, delta, rows, values, weights, memory, optimizer, momentum, rate
):
    """Sum the slopes of all rows by BLAS, below them what stays of velocities, and step.

    With Adam they are summed into `memory` and no step is made.
    """
    n, width = values.shape[1], weights.shape[1]
    one, r, mu = np.float32(1.0), np.float32(rate), np.float32(momentum)
    c = memory.ctypes.data
    alpha, beta = one, np.float32(0.0)
    if optimizer == SGD:
        alpha, beta = -r, one
    elif optimizer == MOMENTUM:
        beta = mu
    for first in range(0, rows, portion):
        m = min(portion, rows - first)
        a, b = values[first:].ctypes.data, delta[first:].ctypes.data
        _gemm(gemm, _TRANSPOSED, _AS_IT_IS, n, width, m, alpha, a, n, b, width, beta, c, width)
        # What the first portion has left there stays.
        beta = one
    if optimizer == MOMENTUM:
        for i in range(n):
            for j in range(width):
                weights[i, j] -= r * memory[i, j]


@_compile
def sum_by_input(delta, i, members, shares, n, g):
    """Sum the slopes of row i over the `n` digits that use it, four at a time."""
    width, k = delta.shape[1], 0
    for j in range(width):
        g[j] = np.float32(0.0)
    while k + 4 <= n:
        b0, b1, b2, b3 = members[i, k], members[i, k + 1], members[i, k + 2], members[i, k + 3]
        x0, x1, x2, x3 = shares[i, k], shares[i, k + 1], shares[i, k + 2], shares[i, k + 3]
        for j in range(width):
            g[j] += (x0 * delta[b0, j] + x1 * delta[b1, j]) + (
                x2 * delta[b2, j] + x3 * delta[b3, j]
            )
        k += 4
    while k < n:
        b0, x0 = members[i, k], shares[i, k]
        for j in range(width):
            g[j] += x0 * delta[b0, j]
        k += 1


@_compile
def update_by_input(delta, weights, memory, count, members, shares, optimizer, momentum, rate, g):
    """Sum the slopes of each row in use, then make its step; with Adam leave them in `memory`."""
    for i in range(count.shape[0]):
        n = count[i]
        if optimizer == ADAM:
            sum_by_input(delta, i, members, shares, n, memory[i])
        elif n > 0:
            sum_by_input(delta, i, members, shares, n, g)
            move(weights, memory, i, g, optimizer, momentum, rate)


@_compile
def add_slopes(delta, rows, sums, number, places, amounts, scale):
    """Add each digit's slopes, times `scale`, to the rows that it uses."""
    factor = np.float32(scale)
    for b in range(rows):
        for n in range(number[b]):
            i, x = places[b, n], factor * amounts[b, n]
            for j in range(sums.shape[1]):
                sums[i, j] += x * delta[b, j]


@_compile
def follow(weights, velocity, rate, used, count):
    """Let the rows in use follow their velocities."""
    r = np.float32(rate)
    for n in range(count):
        i = used[n]
        for j in range(weights.shape[1]):
            weights[i, j] -= r * velocity[i, j]


@_compile
def update_bias(delta, rows, weights, memory, optimizer, momentum, rate, g):
    """Make the step of the last row, which every digit uses; with Adam sum its slopes."""
    end = weights.shape[0] - 1
    for j in range(weights.shape[1]):
        g[j] = np.float32(0.0)
    for b in range(rows):
        for j in range(weights.shape[1]):
            g[j] += delta[b, j]
    if optimizer == ADAM:
        for j in range(weights.shape[1]):
            memory[end, j] = g[j]
    else:
        move(weights, memory, end, g, optimizer, momentum, rate)


@_compile
def learn(me, task, shape, part, room, board):
    """Learn minibatches one after the other, in each of several threads at once.

    `CompiledLoop` makes the tuples and says what they hold. Returns how many were learned: fewer
    than the task's where the loss of the next is no number.
    """
    size, widths, kinds, rates, loss, smoothing, optimizer, momentum, gemm, give_way = shape
    starts, inputs, firsts, owns, biases, portions = part[:6]
    parameters, memory, square, last, powers = part[6:]
    values, deltas, number, places, amounts, count, members, shares, used, useds, g, scratch = room
    counter, outputs, partials, answers, totals = board
    layers, threads, classes = len(widths) - 1, len(outputs), widths[-1]
    goal, now, steps, digits = task[GOAL], task[NOW], task[STEPS], task[DIGITS]
    pixels = carray(_pointer(task[PIXELS]), (task[IMAGES], widths[0]), np.uint8)
    order = carray(_pointer(task[ORDER]), (digits,), np.int64)
    labels = carray(_pointer(task[LABELS]), (digits,), np.int64)
    losses = carray(_pointer(task[LOSSES]), (steps,), np.float64)
    rights = carray(_pointer(task[RIGHTS]), (steps,), np.int64)
    for step in range(steps):
        start = step * size
        named = labels[start : start + size]
        rows, before = len(named), 0
        a = values[: inputs[0] * size].reshape(size, inputs[0])
        for l in range(layers):
            n, own, bias = inputs[l], owns[l], biases[l]
            after, end = before + widths[l], starts[l] + (n + bias) * own
            w = parameters[starts[l] : end].reshape(n + bias, own)
            z = outputs[me, after * size : (after + own) * size].reshape(size, own)
            start_sums(z, rows, w, bias)
            if portions[l]:
                if l == 0:
                    scale_pixels(pixels, order, start, rows, a)
                add_product(gemm, portions[l], z, rows, a, w)
            else:
                mine, here = slice(before, before + n), slice(before * size, (before + n) * size)
                listed, place = number[l], places[here].reshape(size, n)
                amount = amounts[here].reshape(size, n)
                if l == 0:
                    list_pixels(pixels, order, start, rows, listed, place, amount)
                else:
                    list_values(a, rows, kinds[l - 1] == RELU, listed, place, amount)
                by_input = rows > 3 and n * own > NEAR
                if optimizer == MOMENTUM:
                    useds[l] = catch_up(
                        w,
                        memory[starts[l] : end].reshape(n + bias, own),
                        rows,
                        listed,
                        place,
                        last[mine],
                        now,
                        rates,
                        momentum,
                        not by_input,
                        used[mine],
                    )
                if by_input:
                    m, x = members[here].reshape(n, size), shares[here].reshape(n, size)
                    turn(rows, listed, place, amount, count[mine], m, x)
                    add_by_input(z, w, count[mine], m, x)
                else:
                    add_by_digit(z, rows, w, listed, place, amount)
            if l < layers - 1:
                activate(kinds[l], z, rows)
            a, before = z, after
            if threads > 1 and l < layers - 2:
                goal += threads
                meet(counter, goal, give_way)
                here = slice(after * size, (after + widths[l + 1]) * size)
                a = values[here].reshape(size, widths[l + 1])
                take(a, rows, outputs, after * size)
        delta, first, end = z, 0, rows
        if threads > 1:
            goal += threads
            meet(counter, goal, give_way)
            delta, first, end = answers, rows * me // threads, rows * (me + 1) // threads
            join(
                outputs, before * size + first * classes, end - first, classes, 0, delta[first:end]
            )
        totals[me, 0], totals[me, 1] = answer(delta, named, first, end, loss, smoothing)
        if threads > 1:
            goal += threads
            meet(counter, goal, give_way)
        total, right = 0.0, 0.0
        for each in range(threads):
            total += totals[each, 0]
            right += totals[each, 1]
        if me == 0:
            losses[step], rights[step] = total / rows, np.int64(right)
        if not math.isfinite(total):
            return step
        rate, shrink = rates[now], 0.0
        if optimizer == ADAM:
            powers[0] *= 0.9
            powers[1] *= 0.999
            correction = math.sqrt(1.0 - powers[1])
            rate *= correction / (1.0 - powers[0])
            shrink = 1e-8 * correction
        for l in range(layers - 1, -1, -1):
            n, own, bias = inputs[l], owns[l], biases[l]
            before, end = before - widths[l], starts[l] + (n + bias) * own
            w = parameters[starts[l] : end].reshape(n + bias, own)
            # Where slopes are added: to the velocity, at once to the weights, or apart for Adam.
            v = w
            if optimizer == MOMENTUM:
                v = memory[starts[l] : end].reshape(n + bias, own)
            elif optimizer == ADAM:
                v = scratch[: end - starts[l]].reshape(n + bias, own)
            mine, here = slice(before, before + n), slice(before * size, (before + n) * size)
            # The last layer takes what this thread puts out, the others what all do.
            alone = threads == 1 or l == layers - 1
            a = (outputs[me] if l and alone else values)[here].reshape(size, n)
            below = (deltas if alone else partials[me])[here].reshape(size, n)
            if portions[l]:
                if l:
                    product_below(gemm, delta, below, rows, w)
                update_by_product(
                    gemm, portions[l], delta, rows, a, w, v, optimizer, momentum, rate
                )
            else:
                listed, place = number[l], places[here].reshape(size, n)
                if l:
                    slopes_below(delta, below, rows, w, listed, place)
                if rows > 3 and n * own > NEAR:
                    m, x = members[here].reshape(n, size), shares[here].reshape(n, size)
                    update_by_input(delta, w, v, count[mine], m, x, optimizer, momentum, rate, g)
                else:
                    amount = amounts[here].reshape(size, n)
                    if optimizer == ADAM:
                        scratch[: end - starts[l]] = np.float32(0.0)
                    scale = -rate if optimizer == SGD else 1.0
                    add_slopes(delta, rows, v, listed, place, amount, scale)
                    if optimizer == MOMENTUM:
                        follow(w, v, rate, used[mine], useds[l])
            if bias:
                update_bias(delta, rows, w, v, optimizer, momentum, rate, g)
            if optimizer == ADAM:
                layer = slice(starts[l], end)
                adapt(parameters[layer], memory[layer], square[layer], scratch, rate, shrink)
            if l:
                own = owns[l - 1]
                mine = slice(before * size, (before + own) * size)
                delta = deltas[mine].reshape(size, own)
                if not alone:
                    goal += threads
                    meet(counter, goal, give_way)
                    join(partials, before * size, rows, widths[l], firsts[l - 1], delta)
                times_slope(delta, rows, outputs[me, mine].reshape(size, own), kinds[l - 1])
        now += 1
    if threads > 1:
        # Nobody reads what this thread keeps before it is done with it.
        meet(counter, goal + threads, give_way)
    return steps


@_compile
def ring(bell):
    """Ring for a thread that serves; returns whether it is asleep and must be woken besides."""
    _arrive(bell.ctypes.data)
    return _arrived(bell[ASLEEP:].ctypes.data) != 0


@_compile
def serve(me, task, shape, part, room, board, bell, heard):
    """Take part in the task each time that the bell rings, until it has not rung for a while.

    Returns how often it has rung.
    """
    bell[ASLEEP], silence = 0, 0
    while True:
        if _arrived(bell.ctypes.data) > heard:
            heard += 1
            learn(me, task, shape, part, room, board)
            silence = 0
        elif bell[ASLEEP]:
            return heard
        else:
            silence += 1
            if silence % SPINS == 0:
                _give_way(shape[-1])
            # Once more it listens, lest it miss what rings while it falls asleep.
            if silence > PATIENCE:
                _arrive(bell[ASLEEP:].ctypes.data)
