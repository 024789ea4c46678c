"""The training loop of plain networks in one function, compiled by numba (the extra `zmlp[fast]`).

Digits are four fifths black and a ReLU is silent half of the time. A dense product cannot use
that; a loop over what is not zero can: it touches the rows of weights in use and no others. Rows
that were not in use owe the way that their velocity would have carried them; it is paid when they
are next in use, so that no step passes over weights that nothing touched. Larger minibatches leave
little unused, so their products are dense ones, by numpy's own BLAS.

It computes what `Network.forward`, `backward` and the optimizers compute, up to rounding. All is
in one file because numba's cache notices changes in the file of the compiled function alone.
"""

import math

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

IDENTITY, RELU, LEAKY_RELU, SIGMOID, TANH = range(5)
CROSS_ENTROPY, SQUARED_ERROR, BINARY_CROSS_ENTROPY = range(3)
SGD, MOMENTUM, ADAM = range(3)

# Weights of a layer that stay in a processor's own cache, so that each digit may pass over its
# rows; those of a larger one are passed over once for all digits of a minibatch.
NEAR = 100_000

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


@_compile
def list_pixels(pixels, number, places, amounts):
    """List for each digit the pixels that are not black, and their values scaled to 0–1."""
    for b in range(pixels.shape[0]):
        n = 0
        for i in range(pixels.shape[1]):
            value = pixels[b, i]
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
def answer(z, labels, rows, loss, smoothing):
    """Turn logits into the slopes of the mean loss.

    Returns the loss, summed, and how many were right.
    """
    classes = z.shape[1]
    total, right = 0.0, 0
    for b in range(rows):
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
def slopes_below(delta, below, rows, weights, number, places, values, kind):
    """The slopes of the sums one layer down; zero where a ReLU is silent."""
    for b in range(rows):
        for i in range(below.shape[1]):
            below[b, i] = np.float32(0.0)
        for n in range(number[b]):
            i = places[b, n]
            total = np.float32(0.0)
            for j in range(weights.shape[1]):
                total += weights[i, j] * delta[b, j]
            below[b, i] = total * slope(kind, values[b, i])


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
def scale_pixels(pixels, values):
    """Scale pixels to 0–1."""
    for b in range(pixels.shape[0]):
        for i in range(pixels.shape[1]):
            values[b, i] = np.float32(pixels[b, i]) * np.float32(1 / 255)


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
def product_below(gemm, delta, below, rows, weights, values, kind):
    """The slopes of the sums one layer down, by BLAS."""
    n, width = below.shape[1], weights.shape[1]
    one, zero = np.float32(1.0), np.float32(0.0)
    a, b, c = delta.ctypes.data, weights.ctypes.data, below.ctypes.data
    _gemm(gemm, _AS_IT_IS, _TRANSPOSED, rows, n, width, one, a, width, b, width, zero, c, n)
    for i in range(rows):
        for j in range(n):
            below[i, j] *= slope(kind, values[i, j])


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
def learn(
    pixels,
    labels,
    size,
    parameters,
    memory,
    square,
    starts,
    widths,
    bias,
    kinds,
    loss,
    smoothing,
    optimizer,
    momentum,
    powers,
    last,
    now,
    rates,
    values,
    deltas,
    number,
    places,
    amounts,
    count,
    members,
    shares,
    used,
    useds,
    g,
    portions,
    gemm,
    scratch,
    losses,
    rights,
):
    """Learn minibatches of up to `size` digits one after the other; see `CompiledLoop`.

    Returns how many were learned: fewer than there is room for in `losses` where the loss of the
    next is no number.
    """
    layers = len(widths) - 1
    for step in range(len(losses)):
        batch = pixels[step * size : (step + 1) * size]
        named = labels[step * size : (step + 1) * size]
        rows, before = len(batch), 0
        for l in range(layers):
            n, width = widths[l], widths[l + 1]
            after, end = before + n, starts[l] + (n + bias) * width
            w = parameters[starts[l] : end].reshape(n + bias, width)
            v = memory[starts[l] : end].reshape(n + bias, width) if optimizer else w
            mine, here = slice(l * size, (l + 1) * size), slice(before * size, after * size)
            a = values[here].reshape(size, n)
            z = values[after * size : (after + width) * size].reshape(size, width)
            start_sums(z, rows, w, bias)
            if portions[l]:
                if l == 0:
                    scale_pixels(batch, a)
                add_product(gemm, portions[l], z, rows, a, w)
                if l < layers - 1:
                    activate(kinds[l], z, rows)
                before = after
                continue
            listed, place = number[mine], places[here].reshape(size, n)
            amount = amounts[here].reshape(size, n)
            if l == 0:
                list_pixels(batch, listed, place, amount)
            else:
                list_values(a, rows, kinds[l - 1] == RELU, listed, place, amount)
            by_input = rows > 3 and n * width > NEAR
            if optimizer == MOMENTUM:
                useds[l] = catch_up(
                    w,
                    v,
                    rows,
                    listed,
                    place,
                    last[before:after],
                    now,
                    rates,
                    momentum,
                    not by_input,
                    used[before:after],
                )
            if by_input:
                m, x = members[here].reshape(n, size), shares[here].reshape(n, size)
                turn(rows, listed, place, amount, count[before:after], m, x)
                add_by_input(z, w, count[before:after], m, x)
            else:
                add_by_digit(z, rows, w, listed, place, amount)
            if l < layers - 1:
                activate(kinds[l], z, rows)
            before = after
        total, right = answer(z, named, rows, loss, smoothing)
        losses[step], rights[step] = total / rows, right
        if not math.isfinite(total):
            return step
        rate, shrink = rates[now], 0.0
        if optimizer == ADAM:
            powers[0] *= 0.9
            powers[1] *= 0.999
            correction = math.sqrt(1.0 - powers[1])
            rate *= correction / (1.0 - powers[0])
            shrink = 1e-8 * correction
        delta = z
        for l in range(layers - 1, -1, -1):
            n, width = widths[l], widths[l + 1]
            before, after, end = before - n, before, starts[l] + (n + bias) * width
            w = parameters[starts[l] : end].reshape(n + bias, width)
            # Where slopes are added: to the velocity, at once to the weights, or apart for Adam.
            v = w
            if optimizer == MOMENTUM:
                v = memory[starts[l] : end].reshape(n + bias, width)
            elif optimizer == ADAM:
                v = scratch[: end - starts[l]].reshape(n + bias, width)
            mine, here = slice(l * size, (l + 1) * size), slice(before * size, after * size)
            below, a = deltas[here].reshape(size, n), values[here].reshape(size, n)
            if portions[l]:
                if l:
                    product_below(gemm, delta, below, rows, w, a, kinds[l - 1])
                update_by_product(
                    gemm, portions[l], delta, rows, a, w, v, optimizer, momentum, rate
                )
            else:
                listed, place = number[mine], places[here].reshape(size, n)
                if l:
                    slopes_below(delta, below, rows, w, listed, place, a, kinds[l - 1])
                if rows > 3 and n * width > NEAR:
                    m, x = members[here].reshape(n, size), shares[here].reshape(n, size)
                    c = count[before:after]
                    update_by_input(delta, w, v, c, m, x, optimizer, momentum, rate, g)
                else:
                    amount = amounts[here].reshape(size, n)
                    if optimizer == ADAM:
                        scratch[: end - starts[l]] = np.float32(0.0)
                    scale = -rate if optimizer == SGD else 1.0
                    add_slopes(delta, rows, v, listed, place, amount, scale)
                    if optimizer == MOMENTUM:
                        follow(w, v, rate, used[before:after], useds[l])
            if bias:
                update_bias(delta, rows, w, v, optimizer, momentum, rate, g)
            if optimizer == ADAM:
                layer = slice(starts[l], end)
                adapt(parameters[layer], memory[layer], square[layer], scratch, rate, shrink)
            delta = below
        now += 1
    return len(losses)
