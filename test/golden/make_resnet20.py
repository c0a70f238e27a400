"""Golden files of whole networks: spiking ResNet-20s with shortcut heads, three SGD steps, in float64 PyTorch.

Run: python make_resnet20.py        (versions: requirements.txt; what is in the files: README.md)

Spikes are discontinuous: a membrane that a rounding error could carry over the threshold, or over an edge of the
rectangle, would make the comparison a matter of luck. So seeds are tried until every membrane of all three steps keeps
a margin from all three places, far wider than what single precision can move it.
"""
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

torch.set_num_threads(1)
#: File, half of He's channels by this factor, steps, residual and neuron.
FILES = [("resnet20-t2", 1, 2, "standard", "lif"), ("resnet20-t4", 1, 4, "standard", "lif"),
         ("resnet20-ms", 0.5, 2, "ms", "lif"), ("resnet20-mpbn", 0.5, 3, "standard", "mpbn")]
CLASSES, BATCH, SIZE, STEPS = 10, 2, 16, 3
MEAN, STD = [0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010]
DECAY, THRESHOLD = 0.25, 0.5
HEADS = {"main": 0.25, "stage1": 0.375, "stage2": 0.375}
SMOOTHING, LR, MOMENTUM, WEIGHT_DECAY = 0.1, 0.1, 0.9, 1e-4
WANTED_MARGIN = 1e-5


class Rectangle(torch.autograd.Function):
    """Step forward, rectangle of width 1 around the threshold backward."""

    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        return (v > 0).to(v.dtype)

    @staticmethod
    def backward(ctx, g):
        (v,) = ctx.saved_tensors
        return g * (v.abs() < 0.5).to(g.dtype)


class Network:
    def __init__(self, seed, steps, dtype, width=1, residual="standard", neuron="lif"):
        self.steps, self.dtype, self.residual, self.neuron = steps, dtype, residual, neuron
        self.stages = [(int(channels * width), 3, stride) for channels, stride in ((8, 1), (16, 2), (32, 2))]
        self.g = torch.Generator().manual_seed(seed)
        self.parameters, self.running = {}, {}
        channels = self.stages[0][0]
        self.conv("stem", 3, channels, 3)
        if residual == "standard":
            self.neurons("stem.lif", channels)
        for s, (width, blocks, first) in enumerate(self.stages, 1):
            for b in range(1, blocks + 1):
                name = f"stage{s}.block{b}"
                stride = first if b == 1 else 1
                self.conv(name, channels, width, 3, "1")
                self.conv(name, width, width, 3, "2")
                if stride != 1 or channels != width:
                    self.conv(f"{name}.down", channels, width, 1)
                self.neurons(f"{name}.lif1", channels if residual == "ms" else width)
                self.neurons(f"{name}.lif2", width)
                channels = width
        if residual == "ms":
            self.neurons("last.lif", channels)
        for head in HEADS:
            width = channels if head == "main" else self.stages[int(head[-1]) - 1][0]
            self.parameters[f"head.{head}.weight"] = self.normal((CLASSES, width), 0.2)
            self.parameters[f"head.{head}.bias"] = self.normal((CLASSES,), 0.1)

    def normal(self, shape, deviation):
        x = torch.randn(shape, generator=self.g, dtype=torch.float32) * deviation
        return x.to(self.dtype).requires_grad_()

    def neurons(self, name, channels):
        if self.neuron == "mpbn":
            self.norm(name, channels)

    def conv(self, name, inputs, outputs, kernel, number=""):
        deviation = math.sqrt(2 / (kernel * kernel * outputs))
        self.parameters[f"{name}.conv{number}.weight"] = self.normal((outputs, inputs, kernel, kernel), deviation)
        self.norm(f"{name}.norm{number}", outputs)

    def norm(self, norm, outputs):
        gamma = 1 + 0.1 * torch.randn(outputs, generator=self.g, dtype=torch.float32)
        self.parameters[f"{norm}.weight"] = gamma.to(self.dtype).requires_grad_()
        self.parameters[f"{norm}.bias"] = self.normal((outputs,), 0.1)
        self.running[f"{norm}.running_mean"] = torch.zeros(outputs, dtype=self.dtype)
        self.running[f"{norm}.running_var"] = torch.ones(outputs, dtype=self.dtype)

    def conv_norm(self, name, x, stride, number=""):
        """x: [steps or 1, B, C, H, W]; the running variance counts every time step."""
        t, b = x.shape[:2]
        weight = self.parameters[f"{name}.conv{number}.weight"]
        y = F.conv2d(x.flatten(0, 1), weight, stride=stride, padding=weight.shape[-1] // 2)
        return self.normalise(f"{name}.norm{number}", y, self.steps // t).unflatten(0, (t, b))

    def normalise(self, norm, y, repeats):
        """y: [N, C, H, W], each of which counts so often."""
        mean, var = y.mean((0, 2, 3)), y.var((0, 2, 3), unbiased=False)
        n = y.numel() // y.shape[1] * repeats
        for key, value in (("running_mean", mean), ("running_var", var * n / (n - 1))):
            self.running[f"{norm}.{key}"] = 0.9 * self.running[f"{norm}.{key}"] + 0.1 * value.detach()
        shape = (1, -1, 1, 1)
        normal = (y - mean.view(shape)) / torch.sqrt(var.view(shape) + 1e-5)
        return normal * self.parameters[f"{norm}.weight"].view(shape) + self.parameters[f"{norm}.bias"].view(shape)

    def lif(self, name, x):
        m, spikes = 0, []
        for t in range(self.steps):
            u = DECAY * m + x[t if x.shape[0] > 1 else 0]
            v = self.normalise(name, u, 1) if self.neuron == "mpbn" else u
            distance = torch.stack([(v - place).abs().min() for place in (THRESHOLD, THRESHOLD - 0.5, THRESHOLD + 0.5)])
            self.margin = min(self.margin, distance.min().item())
            s = Rectangle.apply(v - THRESHOLD)
            m = u * (1 - s)
            spikes.append(s)
        out = torch.stack(spikes)
        out.retain_grad()
        self.fired[name] = out.sum().item()
        return out

    def forward(self, images):
        self.fired, taps = {}, {}
        x = (images.to(self.dtype) / 255 - torch.tensor(MEAN, dtype=self.dtype)) / torch.tensor(STD, dtype=self.dtype)
        x = x.permute(0, 3, 1, 2)[None]
        x = self.conv_norm("stem", x, 1)
        if self.residual == "ms":
            return self.read_out(self.through_currents(x))
        x = self.lif("stem.lif", x)
        for s, (_, blocks, first) in enumerate(self.stages, 1):
            for b in range(1, blocks + 1):
                name = f"stage{s}.block{b}"
                stride = first if b == 1 else 1
                residual = self.conv_norm(f"{name}.down", x, stride) if f"{name}.down.conv.weight" in self.parameters else x
                y = self.lif(f"{name}.lif1", self.conv_norm(name, x, stride, "1"))
                x = self.lif(f"{name}.lif2", self.conv_norm(name, y, 1, "2") + residual)
            taps[f"stage{s}"] = x
        return self.read_out(taps)

    def through_currents(self, x):
        """The taps of MS-ResNet, whose blocks add to membrane currents; a tap is the next LIF that reads them."""
        taps = {}
        for s, (_, blocks, first) in enumerate(self.stages, 1):
            for b in range(1, blocks + 1):
                name = f"stage{s}.block{b}"
                stride = first if b == 1 else 1
                fired = self.lif(f"{name}.lif1", x)
                if s > 1 and b == 1:
                    taps[f"stage{s - 1}"] = fired
                y = self.lif(f"{name}.lif2", self.conv_norm(name, fired, stride, "1"))
                residual = self.conv_norm(f"{name}.down", x, stride) if f"{name}.down.conv.weight" in self.parameters else x
                x = self.conv_norm(name, y, 1, "2") + residual
        return taps | {f"stage{len(self.stages)}": self.lif("last.lif", x)}

    def read_out(self, taps):
        logits = {}
        for head in HEADS:
            tap = taps[f"stage{len(self.stages)}" if head == "main" else head]
            weight, bias = (self.parameters[f"head.{head}.{p}"] for p in ("weight", "bias"))
            logits[head] = tap.mean((0, 3, 4)) @ weight.T + bias
        return logits, taps

    def train(self, images, labels):
        self.margin = math.inf
        velocity = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        out = {f"init.{name}": p.detach().clone() for name, p in self.parameters.items()}
        losses = []
        for step in range(STEPS):
            logits, taps = self.forward(images)
            combined = sum(weight * logits[head] for head, weight in HEADS.items())
            loss = F.cross_entropy(combined, labels, label_smoothing=SMOOTHING)
            for p in self.parameters.values():
                p.grad = None
            loss.backward()
            losses.append(loss.item())
            if step == 0:
                out |= {f"logits.{head}": z.detach() for head, z in logits.items()}
                out |= {f"grad.{name}": p.grad.clone() for name, p in self.parameters.items()}
                out |= {f"tapgrad.{tap}": x.grad.permute(0, 1, 3, 4, 2) for tap, x in taps.items()}
                out |= {f"fired.{name}": torch.tensor([count]) for name, count in self.fired.items()}
            with torch.no_grad():
                for name, p in self.parameters.items():
                    decays = p.ndim > 1
                    g = p.grad + (WEIGHT_DECAY * p if decays else 0)
                    velocity[name] = MOMENTUM * velocity[name] + g
                    p -= LR * velocity[name]
        out["loss"] = torch.tensor(losses, dtype=self.dtype)
        out |= {f"after.{name}": p.detach() for name, p in (self.parameters | self.running).items()}
        return out


def data(seed):
    r = np.random.default_rng(seed)
    return torch.from_numpy(r.integers(0, 256, (BATCH, SIZE, SIZE, 3), dtype=np.uint8)), torch.from_numpy(
        r.integers(0, CLASSES, BATCH)
    )


def deviation(a, b):
    """Largest difference per quantity, over the largest value of its tensor."""
    worst = {}
    for name, x in a.items():
        kind = name.split(".")[0]
        scale = max(x.abs().max().item(), 1e-12)
        worst[kind] = max(worst.get(kind, 0), (x - b[name].to(x.dtype)).abs().max().item() / scale)
    return worst


def main(file, width, steps, residual, neuron, tries=400):
    best = (0, None, None)
    for seed in range(tries):
        images, labels = data(seed)
        network = Network(seed, steps, torch.float64, width, residual, neuron)
        out = network.train(images, labels)
        if network.margin > best[0]:
            best = (network.margin, seed, out)
        if best[0] >= WANTED_MARGIN:
            break
    margin, seed, out = best
    images, labels = data(seed)
    single = deviation(out, Network(seed, steps, torch.float32, width, residual, neuron).train(images, labels))
    tensors = {name: np.ascontiguousarray(x.to(torch.float32).numpy()) for name, x in out.items()}
    tensors["images"], tensors["labels"] = images.numpy(), labels.numpy().astype(np.int32)
    about = {"torch": torch.__version__, "steps": steps, "seed": seed, "margin": margin, "float32Deviation": single}
    save_file(tensors, f"{file}.safetensors", {"about": json.dumps(about)})
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    for file in FILES:
        main(*file)
