"""Golden files of single layers, in float64 PyTorch: convolutions, batch norm, LIF, pools, losses, optimisers.

Run: python make_layers.py        (versions: requirements.txt)

Every file is {"torch": version, "cases": [{"name", options ..., "tensors": {name: {"shape", "data"}}}]}. Activations are
channels last, [N, H, W, C] or [T, neurons]; convolution weights are OIHW. Inputs are multiples of 2^-10, so that they
are the same numbers in single precision.
"""
import itertools
import json

import torch
import torch.nn.functional as F

torch.manual_seed(7)
torch.set_num_threads(1)


def values(*shape):
    return (torch.randint(-1024, 1025, shape).double() / 1024).requires_grad_()


def bits(*shape):
    return (torch.rand(shape) < 0.4).double().requires_grad_()


def tensors(**named):
    return {k: {"shape": list(v.shape), "data": v.detach().flatten().tolist()} for k, v in named.items()}


def last(x):
    """Channels last."""
    return x.permute(0, 2, 3, 1)


def conv2d():
    sizes = [(1, 5, 4, 1, 3, 3, 1, 1), (2, 7, 6, 3, 2, 3, 2, 1), (2, 4, 4, 4, 4, 1, 1, 0), (2, 5, 5, 4, 8, 1, 2, 0),
             (1, 9, 8, 3, 4, 7, 2, 3), (1, 6, 6, 5, 2, 3, 1, 0), (1, 1, 1, 2, 2, 3, 1, 1)]
    for (n, h, w, i, o, k, s, p), make in itertools.product(sizes, (bits, values)):
        x, weight, bias = make(n, i, h, w), values(o, i, k, k), values(o)
        y = F.conv2d(x, weight, bias, s, p)
        dy = values(*y.shape)
        y.backward(dy)
        yield {"name": f"{make.__name__} {n}x{h}x{w}x{i} to {o}, kernel {k}, stride {s}, padding {p}",
               "n": n, "height": h, "width": w, "inChannels": i, "outChannels": o, "kernel": k, "stride": s, "padding": p,
               "tensors": tensors(x=last(x), weight=weight, bias=bias, y=last(y), dy=last(dy), dx=last(x.grad),
                                  dweight=weight.grad, dbias=bias.grad)}


def batch_norm():
    for n, h, w, c in [(2, 3, 4, 5), (6, 1, 1, 3), (3, 5, 5, 1)]:
        x, gamma, beta = values(n, c, h, w), values(c), values(c)
        mean, var = torch.zeros(c).double(), torch.ones(c).double()
        y = F.batch_norm(x, mean, var, gamma, beta, True, 0.1, 1e-5)
        dy = values(*y.shape)
        y.backward(dy)
        evaluated = F.batch_norm(x, mean, var, gamma, beta, False, 0.1, 1e-5)
        yield {"name": f"{n}x{h}x{w}x{c}", "rows": n * h * w, "channels": c,
               "tensors": tensors(x=last(x), weight=gamma, bias=beta, y=last(y), dy=last(dy), dx=last(x.grad),
                                  dweight=gamma.grad, dbias=beta.grad, running_mean=mean, running_var=var,
                                  evaluated=last(evaluated))}


class Step(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v, kind):
        ctx.save_for_backward(v)
        ctx.kind = kind
        return (v > 0).to(v.dtype)

    @staticmethod
    def backward(ctx, g):
        (v,) = ctx.saved_tensors
        if ctx.kind == "rectangle":
            return g * (v.abs() < 0.5), None
        b = 3.0
        slope = b * (1 - torch.tanh(b * v) ** 2) / (2 * torch.tanh(torch.tensor(b / 2).double()))
        return g * slope * (v.abs() <= 0.5), None


def lif():
    bools = (False, True)
    options = [*itertools.product((0.25,), (0.5,), ("rectangle", "tanh"), ("hard", "soft"), bools, bools, (1, 4, 5)),
               (0.5, 1.0, "rectangle", "hard", False, True, 4), (0.5, 1.0, "tanh", "soft", False, False, 4),
               (1.0, 0.75, "rectangle", "soft", False, False, 4), (0.0, 0.5, "rectangle", "hard", False, False, 4)]
    for decay, threshold, surrogate, reset, detach, decay_input, steps in options:
        while True:
            x = (values(steps, 12).detach() * 2).requires_grad_()
            m, us, spikes = torch.zeros(12).double(), [], []
            for t in range(steps):
                u = decay * m + ((1 - decay) if decay_input else 1) * x[t]
                s = Step.apply(u - threshold, surrogate)
                r = s.detach() if detach else s
                m = u * (1 - r) if reset == "hard" else u - threshold * r
                us.append(u)
                spikes.append(s)
            u, s = torch.stack(us), torch.stack(spikes)
            if min((u - place).abs().min() for place in (threshold - 0.5, threshold, threshold + 0.5)) > 1e-4:
                break
        ds = values(steps, 12)
        s.backward(ds)
        words = [f"decay {decay}, threshold {threshold}, {surrogate}, {reset}"]
        words += ["detached"] * detach + ["decay input"] * decay_input + [f"T = {steps}"]
        yield {"name": ", ".join(words),
               "decay": decay, "threshold": threshold, "surrogate": surrogate, "reset": reset, "detachReset": detach,
               "decayInput": decay_input, "timeSteps": steps, "neurons": 12,
               "tensors": tensors(x=x, dspikes=ds, membrane=u, spikes=s, dx=x.grad)}


def pool():
    # Spikes make ties: the gradient of a maximum goes to the first of the window, in reading order.
    sizes = [(2, 6, 5, 3, 2, 2, 0), (1, 7, 7, 2, 3, 2, 1), (1, 4, 4, 1, 4, 1, 0)]
    for make, (n, h, w, c, k, s, p) in itertools.product((values, bits), sizes):
        for kind in ("avg", "max"):
            x = make(n, c, h, w)
            y = F.avg_pool2d(x, k, s, p) if kind == "avg" else F.max_pool2d(x, k, s, p)
            dy = values(*y.shape)
            y.backward(dy)
            yield {"name": f"{kind} of {make.__name__} {n}x{h}x{w}x{c}, kernel {k}, stride {s}, padding {p}", "kind": kind,
                   "n": n, "height": h, "width": w, "channels": c, "kernel": k, "stride": s, "padding": p,
                   "tensors": tensors(x=last(x), y=last(y), dy=last(dy), dx=last(x.grad))}


def optim():
    kinds = {
        "sgd": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}, {}),
        "nesterov": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True}, {}),
        "adam": (torch.optim.Adam, {"lr": 0.01, "weight_decay": 0.1}, {}),
        "adamw": (torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.1}, {}),
    }
    for kind, (make, options, _) in kinds.items():
        w, gradients = values(8), values(3, 8)
        start = w.detach().clone()
        optimizer = make([w], **options)
        for g in gradients.detach():
            w.grad = g.clone()
            optimizer.step()
        yield {"name": kind, "kind": kind, "lr": options["lr"], "weightDecay": options["weight_decay"],
               "tensors": tensors(start=start, gradients=gradients, after=w)}


if __name__ == "__main__":
    for make in (conv2d, batch_norm, lif, pool, optim):
        with open(f"{make.__name__}.json", "w") as file:
            json.dump({"torch": torch.__version__, "cases": list(make())}, file)
            file.write("\n")
