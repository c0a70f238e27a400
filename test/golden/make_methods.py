"""Golden files of surrogates, normalisations and losses, in float64, from SpikingJelly's own classes; PyTorch's autograd
of the published formula where SpikingJelly has none.

Run: python make_methods.py        (versions: requirements-methods.txt)

The format is that of make_layers.py.
"""
import itertools
import json

import torch
import torch.nn.functional as F
from spikingjelly.activation_based import functional, surrogate

torch.manual_seed(11)
torch.set_num_threads(1)


def tensors(**named):
    return {k: {"shape": list(v.shape), "data": v.detach().flatten().tolist()} for k, v in named.items()}


def save(name, cases):
    with open(f"{name}.json", "w") as file:
        json.dump({"torch": torch.__version__, "cases": list(cases)}, file)
        file.write("\n")


def missing(what):
    raise SystemExit(f"make_methods.py: {what}: write its line, with the class of a library or the published formula")


class Spike(torch.autograd.Function):
    """A step above 0, with the derivative of `slope`."""

    @staticmethod
    def forward(ctx, v, slope):
        ctx.save_for_backward(v)
        ctx.slope = slope
        return (v > 0).to(v.dtype)

    @staticmethod
    def backward(ctx, g):
        (v,) = ctx.saved_tensors
        return g * ctx.slope(v), None


def formula(slope):
    return lambda v: Spike.apply(v, slope)


def tanh(b):
    peak = b / (2 * torch.tanh(torch.tensor(b / 2).double()))
    return formula(lambda v: peak * (1 - torch.tanh(b * v) ** 2) * (v.abs() <= 0.5))


SURROGATES = {
    "rectangle": (lambda width: surrogate.Rect(alpha=1 / width), "SpikingJelly Rect", (1.0, 0.5)),
    "tanh": (tanh, "the code of Guo et al.", (3.0, 5.0)),
    "triangle": (lambda g: formula(lambda v: (g - v.abs()).clamp(min=0) / g**2), "the code of Deng et al.", (1.0, 0.75)),
    "piecewise-quadratic": (surrogate.PiecewiseQuadratic, "SpikingJelly PiecewiseQuadratic", (1.0, 2.0)),
    "sigmoid": (surrogate.Sigmoid, "SpikingJelly Sigmoid", (4.0, 1.5)),
    "atan": (surrogate.ATan, "SpikingJelly ATan", (2.0, 3.0)),
    "fast-sigmoid": (lambda k: formula(lambda v: 1 / (1 + k * v.abs()) ** 2), "snnTorch's formula", (25.0, 4.0)),
    "super-spike": (surrogate.SuperSpike, "SpikingJelly SuperSpike", (1.0, 2.0)),
    "soft-sign": (surrogate.SoftSign, "SpikingJelly SoftSign", (2.0, 0.5)),
    "erf": (surrogate.Erf, "SpikingJelly Erf", (2.0, 1.0)),
    "damped-triangle": (lambda d: formula(lambda v: d * (1 - v.abs()).clamp(min=0)), "the code of Rathi and Roy", (0.3, 1.5)),
    "piecewise-exponential": (surrogate.PiecewiseExp, "SpikingJelly PiecewiseExp", (1.0, 2.5)),
}


def surrogates():
    for name, (make, origin, options) in SURROGATES.items():
        for option in options:
            # Not at an edge, where some are zero and some are not.
            v = torch.tensor([-3.0, -1.1, -0.6, -0.3, -0.24, -0.01, 0.01, 0.2, 0.49, 0.9, 2.5]).double().requires_grad_()
            make(option)(v).sum().backward()
            yield {"name": f"{name}:{option}", "origin": origin, "surrogate": name, "option": option,
                   "tensors": tensors(v=v, slope=v.grad)}


def mse(z, labels, smoothing, correct, incorrect):
    hard = labels if labels.is_floating_point() else F.one_hot(labels, z.shape[-1]).double()
    q = (1 - smoothing) * hard + smoothing / z.shape[-1]
    return F.mse_loss(z, incorrect + (correct - incorrect) * q)


def tet(z, labels, smoothing, weight, phi):
    """Deng et al.'s code, with the mean over all elements; z is [T, batch, classes]."""
    entropy = sum(F.cross_entropy(one, labels, label_smoothing=smoothing) for one in z) / len(z)
    if smoothing == 0 and not labels.is_floating_point():
        assert torch.allclose(entropy, functional.temporal_efficient_training_cross_entropy(z, labels), atol=1e-14)
    return (1 - weight) * entropy + weight * F.mse_loss(z, torch.full_like(z, phi))


# A loss of logits, labels (or their distribution) and label smoothing, and two options that it may have.
LOSSES = {
    "cross-entropy": (lambda z, labels, smoothing: F.cross_entropy(z, labels, label_smoothing=smoothing), ((),)),
    "mse": (mse, ((1.0, 0.0), (0.8, 0.1))),
    "tet": (tet, ((0.001, 1.0), (0.25, 0.5))),
}

# Time steps of losses of each one's logits.
STEPS = {"tet": 4}


def losses():
    torch.manual_seed(12)
    labels, others, shares = torch.tensor([4, 0, 2]), torch.tensor([2, 4, 2]), torch.tensor([0.25, 0.625, 0.5]).double()
    yield from losses_of(labels, {"labels": labels.tolist()}, "")
    of = lambda labels: F.one_hot(labels, 5).double()
    mixture = (1 - shares[:, None]) * of(labels) + shares[:, None] * of(others)
    mix = {"labels": others.tolist(), "shares": shares.tolist()}
    yield from losses_of(mixture, {"labels": labels.tolist(), "mix": mix}, ", of mixtures")


def losses_of(targets, facts, suffix):
    """`targets`: labels [batch], or shares of the classes [batch, classes]."""
    batch, classes, weights = 3, 5, [0.25, 0.5, 1.5]
    for kind, (make, choices) in LOSSES.items():
        for options, smoothing, combine in itertools.product(choices, (0.0, 0.1), ("logits", "losses")):
            of = lambda z: make(z, targets, smoothing, *options)
            steps = STEPS.get(kind, 1)
            shape = (3, steps, batch, classes) if kind in STEPS else (3, batch, classes)
            z = (torch.randint(-1024, 1025, shape).double() / 256).requires_grad_()
            total = of(sum(a * head for a, head in zip(weights, z))) if combine == "logits" else sum(
                a * of(head) for a, head in zip(weights, z))
            total.backward()
            yield {"name": f"{kind} {options}, {combine}, smoothing {smoothing}{suffix}", "kind": kind, "options": options,
                   "steps": steps, "batch": batch, "classes": classes, "weights": weights, "smoothing": smoothing, "combine": combine,
                   **facts, "loss": total.item(), "tensors": tensors(logits=z, dlogits=z.grad)}


def penalties():
    """On spikes [T, batch, height, width, channels], after Bellec et al. 2020, by PyTorch's autograd."""
    torch.manual_seed(13)
    for shape, strength, target in (((3, 2, 2, 3, 5), 0.5, 0.1), ((1, 1, 1, 1, 2), 2.0, 0.0), ((4, 3, 1, 1, 4), 0.1, 0.25)):
        spikes = torch.randint(0, 2, shape).double().requires_grad_()
        penalty = strength * ((spikes.mean((0, 1, 2, 3)) - target) ** 2).mean()
        penalty.backward()
        yield {"name": f"firing-rate {strength}, {target}", "strength": strength, "target": target,
               "penalty": penalty.item(), "tensors": tensors(spikes=spikes, dspikes=spikes.grad)}


if __name__ == "__main__":
    save("surrogates", surrogates())
    save("losses", losses())
    save("penalties", penalties())
