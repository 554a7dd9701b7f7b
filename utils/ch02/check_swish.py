"""Lab 02's check of Swish and its two derivatives."""

from __future__ import annotations

import numpy as np

from utils.ch02.replies import an_array, in_order, nearly, several, told, where
from utils.checks import check


def sigma(a):
    return np.where(a >= 0, 1, np.exp(-np.abs(a))) / (1 + np.exp(-np.abs(a)))


def swish_slips(name, dh, z, beta):
    """{words: what comes out after that slip}."""
    a = beta * z
    s, down = sigma(a), sigma(-a)
    bump = z * s * down
    of_size, of_row = sigma(np.abs(a)), sigma(beta[:, None] * z if len(beta) == len(z) else a)
    no_nan = np.where(a > 709, 0, s)
    small = np.abs(a).max() < 8
    hard, cut = np.clip(a / 6 + 0.5, 0, 1) if small else s, np.where(np.abs(a) > 8, a > 0, s)
    at_sigma = sigma(s) * (1 - sigma(s))
    if name == "h":
        return {
            "is 0 where β·z is large: an ∞/∞ that was replaced? σ is 1 there": z * no_nan,
            "has σ at |β·z|: make exp safe without losing the sign": z * of_size,
            "has a β for each row; each column has its own": z * of_row,
            "has a factor 1.702, which is GELU's; it is z σ(βz)": z * sigma(1.702 * a),
            "has a hard sigmoid, of straight pieces; it is z σ(βz)": z * hard,
            "has σ set to 0 or 1 where β·z is large; it is only near that": z * cut,
            "is a ReLU there, whatever β is": np.maximum(z, 0),
            "lacks the factor z: it is z σ(βz)": s,
            "ignores β: it is z σ(βz)": z * sigma(z),
            "has β outside: it is z σ(βz)": a * sigma(z),
            "has β twice: it is z σ(βz)": a * s,
            "takes β's size and not its sign": z * sigma(np.abs(beta) * z),
        }
    if name == "dz":
        of_abs, of_first, of_h = (sigma(b * y) for b, y in ((np.abs(beta), z), (beta[0], z), (beta, z * s)))
        at_row = beta[:, None] * z if len(beta) == len(z) else a
        return {
            "is 0 where β·z is large: an ∞/∞ that was replaced? σ is 1 there": dh
            * (no_nan + a * no_nan * (1 - no_nan)),
            "has σ at |β·z|: make exp safe without losing the sign": dh
            * (of_size + a * of_size * (1 - of_size)),
            "has a β for each row; each column has its own": dh * (of_row + at_row * of_row * (1 - of_row)),
            "has a hard sigmoid, of straight pieces; σ is 1 / (1 + e⁻ᵃ)": dh * (hard + a * hard * (1 - hard)),
            "has σ set to 0 or 1 where β·z is large; it is only near that": dh * (cut + a * cut * (1 - cut)),
            "takes σ′ at σ; σ′ is σ (1 − σ), with σ at βz": dh * (s + a * at_sigma),
            "is 0 where z is 0; there it is dh/2": np.where(z == 0, 0, dh * (s + beta * bump)),
            "has σ of |β|·z; β keeps its sign": dh * (of_abs + np.abs(beta) * z * of_abs * (1 - of_abs)),
            "has σ of |β|·z; β has a sign": dh * (of_abs + a * of_abs * (1 - of_abs)),
            "has the first unit's β everywhere": dh * (of_first + beta[0] * z * of_first * (1 - of_first)),
            "has σ at β·h; it belongs at β·z": dh * (of_h + beta * z * s * of_h * (1 - of_h)),
            "has σ at β·h, and h for z; all is a function of z": dh * (of_h + a * of_h * (1 - of_h)),
            "is σ′ alone; the product rule has two terms, and β·z in one": dh * s * down,
            "is not multiplied by dh": s + beta * bump,
            "is only σ(βz): z stands in two places, use the product rule": dh * s,
            "lacks the factor β that σ(βz) brings with it": dh * (s + bump),
            "has the factor β twice": dh * (s + beta**2 * bump),
            "has β's size and not its sign": dh * (s + np.abs(beta) * bump),
            "has a minus between the two terms of the product rule": dh * (s - beta * bump),
            "lacks the first term of the product rule, σ(βz)": dh * beta * bump,
            "is multiplied by dh in one of its two terms only": dh * s + beta * bump,
            "is the sum of dh and the slope; the product is asked for": dh + s + beta * bump,
            "takes 1 − σ² for σ′, which is tanh's; it is σ (1 − σ)": dh * (s + a * (1 - s**2)),
            "takes σ (1 − σ²) for σ′; it is σ (1 − σ)": dh * (s + a * s * (1 - s**2)),
            "takes σ (1 + σ) for σ′; it is σ (1 − σ)": dh * (s + a * s * (1 + s)),
        }
    total = (dh * z * bump).sum(axis=0)
    slope = z * bump
    return {
        "is not multiplied by dh": slope.sum(axis=0),
        "takes σ′ at σ; σ′ is σ (1 − σ), with σ at βz": (dh * z**2 * at_sigma).sum(axis=0),
        "is the product of two sums; each image's dh belongs to its own slope: sum the products": dh.sum(
            axis=0
        )
        * slope.sum(axis=0),
        "has z·|z| where z² belongs": (dh * np.abs(z) * bump).sum(axis=0),
        f"is divided by n = {len(z)}; a sum over the images is asked for": total / len(z),
        "has the factor z once; it comes in twice, from z σ and from βz": (dh * bump).sum(axis=0),
        "has the wrong sign": -total,
        "has a factor β; with respect to β, that is gone": (dh * a * bump).sum(axis=0),
        "takes 1 − σ² for σ′, which is tanh's; it is σ (1 − σ)": (dh * z**2 * (1 - s**2)).sum(axis=0),
        "takes σ (1 − σ²) for σ′; it is σ (1 − σ)": (dh * z**2 * s * (1 - s**2)).sum(axis=0),
        "lacks the sum over images: each unit has one β": np.broadcast_to((dh * z * bump)[0], total.shape),
    }


@check("02-swish")
def check_swish(that, swish, swish_backward):
    def expect(dh, z, beta, why, hint=2):
        dh, z, beta = (np.array(array, float) for array in (dh, z, beta))
        s, down = sigma(beta * z), sigma(-beta * z)
        right = {
            "h": z * s,
            "dz": dh * (s + beta * z * s * down),
            "dbeta": (dh * z**2 * s * down).sum(axis=0),
        }
        given = [array.copy() for array in (dh, z, beta)]
        for array in given:
            array.flags.writeable = False
        with np.errstate(all="ignore"):
            try:
                both, h = swish_backward(*given), swish(*given[1:])  # neither needs the other
            except (KeyError, IndexError, AttributeError) as error:
                words = "is something kept from a call of swish? None came before: make σ from z and beta"
                that(False, f"{why}: swish_backward raised {type(error).__name__}: {error}; {words}", 2)
        that(h is not None, f"{why}: swish returns nothing; is there a return?", 1)
        several(that, both, ("dz", "dbeta"), "swish_backward", why, 3)
        in_order(that, both, {"dz": z.shape, "dbeta": beta.shape}, why)
        columns = ": one row per image, one column per unit, each column with its own β"
        sums = ": one number per unit, the sum over the images (axis 0)"
        for (name, true), value in zip(right.items(), (h, *both), strict=True):
            value = an_array(that, value, name, true.shape, why, 1, sums if name == "dbeta" else columns)
            bad = value[~np.isfinite(value)]
            nan = "0/0: what do you divide by?" if not z.all() else "is it ∞/∞, or 0 times ∞?"
            that(not len(bad), f"{why}: {name} holds {bad[0] if len(bad) else ''}; {nan}", 2)
            told(that, value, true, swish_slips(name, dh, z, beta), f"{why}: {name}", 1, atol=1e-12)
            i = where(value, true)
            at = [int(k) for k in i]
            j = (0, i[0]) if name == "dbeta" else i
            unit = f"z = {z[j]:.5g}, β = {beta[j[1]]:.4g}, so σ(βz) = {s[j]:.4g}"
            words = f"{why}: {name}{at} (there {unit}) should be {true[i]:.8g}; yours is {value[i]:.8g}"
            special = len(z) == 1 and max(np.abs(z).max(), np.abs(beta).max()) > 7
            words += ". Is β·z or z cut off, or σ set to 0, ½ or 1, or rounded?" if special else ""
            rough = nearly(value, true) and not special
            words += ". Is something rounded, or β·z cut off?" if rough else ""
            that(np.allclose(value, true, rtol=1e-4, atol=1e-6), words, hint)

    expect([[1.0]], [[2.0]], [1.0], "z = 2, β = 1")
    expect([[3.0]], [[2.0]], [1.0], "z = 2, β = 1, dh = 3")
    expect([[1.0]], [[3.0]], [0.5], "z = 3, β = ½")
    expect([[1.0, 1.0]], [[-1.0, 1.0]], [2.0, -3.0], "two units, β = 2 and −3")
    rng = np.random.default_rng(0)
    for n, m in ((5, 3), (2, 4), (4, 4), (1, 3)):
        expect(
            rng.normal(size=(n, m)), rng.normal(0, 2, (n, m)), rng.normal(size=m), f"{n} images, {m} units"
        )
    expect(rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), [0.0, 0.0], "β = 0, which is z/2")
    expect([[2.0, 2.0]], [[0.0, 0.0]], [1.0, -1.0], "z = 0")
    expect([[1.0, 1.0, 1.0, 1.0]], [[1000.0, -1000.0, 1000.0, -1000.0]], [1, 1, -1, -1], "z of ±1000")
    expect([[1.0, 1.0]], [[30.0, -30.0]], [0.1, 0.1], "z of ±30, β = 0.1")
    expect([[1.0, 1.0]], [[-8.0, 0.1]], [1.0, 6.0], "z = −8 with β = 1, z = 0.1 with β = 6")
    expect([[1.0, 1.0, 1.0]], [[1000.0] * 3], [0.001, 0.0, 0.015], "z of 1000, β near 0: βz isn't large")
    expect([[1.0] * 4], [[-1000.0] * 4], [0.001, -0.001, 0.0, -5e-4], "z of −1000, β near 0")
    expect([[1.0] * 4], [[1000.0] * 4], [5e-4, 9e-6, 9e-7, -9e-6], "z of 1000, β so near 0 that βz is")
    expect([[1.0] * 2], [[1000.0, -1000.0]], [-0.016, 0.016], "z of ±1000, βz = −16: σ is small, z² isn't")
    expect(
        [[1.0] * 2], [[1000.0, -1000.0]], [-0.0205, 0.0205], "z of ±1000, βz = −20.5: σ is small, z² isn't"
    )
    expect([[1.0] * 4], [[0.05, -0.05, 0.03, 0.0]], [30, 12, -25, 50], "β of 12 to 50, small z: no ReLU yet")
    expect([[1.0] * 4], [[0.001, -0.001, 0.001, 0.0]], [1000, 1000, -1000, 1000], "β of ±1000, βz = ±1")
