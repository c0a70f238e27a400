"""What the peers share: the network, the data, the timed loop. A peer brings only its neuron.

Multi-step as today's libraries do it: convolution and batch norm on the merged [T*B], the neuron over [T, B].
The image is repeated over T and goes through the stem T times, as plain users write it.
State names are ours, so --weights reads what `kestirme` writes and the runs can start alike.
"""
import argparse
import itertools
import json
import math
import statistics
import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from process import WarmUp, peak_memory, python_versions, resident_memory, turns

LAYOUTS = {
    "resnet20": (16, [(16, 3, 1), (32, 3, 2), (64, 3, 2)]),
    "resnet18": (64, [(64, 2, 1), (128, 2, 2), (256, 2, 2), (512, 2, 2)]),
    "resnet34": (64, [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]),
    "resnet19": (128, [(128, 3, 1), (256, 3, 2), (512, 2, 2)]),
}
DECAY, THRESHOLD = 0.25, 0.5
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)
CLASSES = 10


class Rectangle(torch.autograd.Function):
    """Step forward; backward 1 within half a unit of the threshold."""

    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        return (v > 0).to(v.dtype)

    @staticmethod
    def backward(ctx, g):
        (v,) = ctx.saved_tensors
        return g * (v.abs() < 0.5).to(g.dtype)


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        nn.init.normal_(self.conv.weight, 0, math.sqrt(2 / (kernel * kernel * outputs)))
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, neuron):
        super().__init__()
        first, second = ConvNorm(inputs, outputs, 3, stride), ConvNorm(outputs, outputs, 3)
        self.conv1, self.norm1, self.lif1 = first.conv, first.norm, neuron()
        self.conv2, self.norm2, self.lif2 = second.conv, second.norm, neuron()
        same = stride == 1 and inputs == outputs
        self.down = nn.Identity() if same else ConvNorm(inputs, outputs, 1, stride)

    def forward(self, x):
        y = self.lif1(self.norm1(self.conv1(x)))
        return self.lif2(self.norm2(self.conv2(y)) + self.down(x))


class Network(nn.Module):
    """Spiking ResNet with a shortcut head on every stage; neuron() makes a module on the merged [T*B, C, H, W]."""

    def __init__(self, model, width, time_steps, neuron):
        super().__init__()
        channels, stages = LAYOUTS[model]
        self.time_steps, self.stage_names = time_steps, []
        channels = scaled(channels, width)
        self.stem = ConvNorm(3, channels, 3)
        self.stem.lif = neuron()
        self.head = nn.ModuleDict()
        for number, (base, blocks, stride) in enumerate(stages, 1):
            stage = nn.Module()
            for b in range(1, blocks + 1):
                outputs = scaled(base, width)
                stage.add_module(f"block{b}", Block(channels, outputs, stride if b == 1 else 1, neuron))
                channels = outputs
            self.stage_names.append(f"stage{number}")
            self.add_module(f"stage{number}", stage)
            linear = nn.Linear(channels, CLASSES)
            nn.init.normal_(linear.weight, 0, 1 / channels)
            nn.init.zeros_(linear.bias)
            self.head["main" if number == len(stages) else f"stage{number}"] = linear

    def forward(self, images, all_heads=True):
        """images [B, 3, H, W]; the heads' logits [B, classes], averaged over T, main head last."""
        x = self.stem.lif(self.stem(images.repeat(self.time_steps, 1, 1, 1)))
        logits = []
        for name in self.stage_names:
            for block in getattr(self, name).children():
                x = block(x)
            head = "main" if name == self.stage_names[-1] else name
            if all_heads or head == "main":
                logits.append(self.head[head](x.mean((2, 3))).unflatten(0, (self.time_steps, -1)).mean(0))
        return logits


def scaled(channels, width):
    """A multiple of 4, as in our builders."""
    return max(4, math.floor(channels * width / 4 + 0.5) * 4)


def batches(path, size, most=None):
    """CIFAR-10's records in their order, or noise; again from the start after the last, or after `most`; without end."""
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    if path:
        # Mapped: images that nobody asks for take no memory.
        data = np.memmap(path, np.uint8, "r")
        if len(data) == 0 or len(data) % 3073:
            sys.exit(f"{path}: {len(data)} bytes are no whole number of CIFAR-10's records of 3073")
        records = data.reshape(-1, 3073)
        labels, images = records[:, 0].astype(np.int64), records[:, 1:].reshape(-1, 3, 32, 32)
        if labels.max() >= CLASSES:
            sys.exit(f"{path}: label {labels.max()}; CIFAR-10 has 0 to 9 (CIFAR-100's records have two label bytes)")
    else:
        random = np.random.default_rng(0)
        labels, images = random.integers(0, CLASSES, 10_000), random.integers(0, 256, (10_000, 3, 32, 32), np.uint8)
    for i in itertools.count():
        at = np.arange(i * size, (i + 1) * size) % min(most or len(labels), len(labels))
        yield (torch.from_numpy(images[at]).float() / 255 - mean) / std, torch.from_numpy(labels[at])


def read_weights(network, path):
    from safetensors.torch import load_file

    given = load_file(path)
    wanted = {name: x for name, x in network.state_dict().items() if not is_extra(name)}
    missing = [name for name in wanted if name not in given]
    if missing:
        sys.exit(f"{path} has no {missing[0]}, nor {len(missing) - 1} others of the network")
    network.load_state_dict({name: given[name] for name in wanted}, strict=False)


def is_extra(name):
    """A count of PyTorch's, or what a library's neuron keeps of its constants: no weights."""
    return name.endswith("num_batches_tracked") or any(part.startswith("lif") for part in name.split("."))


def firing_rates(network, forward):
    """Share of ones by LIF layer, in one more forward pass."""
    rates, hooks = {}, []
    for name, module in network.named_modules():
        if name.split(".")[-1].startswith("lif"):
            note = lambda _module, _inputs, out, name=name: rates.__setitem__(name, out.float().mean().item())
            hooks.append(module.register_forward_hook(note))
    forward()
    for hook in hooks:
        hook.remove()
    return rates


def arguments(description):
    p = argparse.ArgumentParser(description=description)
    p.add_argument("--model", choices=LAYOUTS, default="resnet20")
    p.add_argument("--width", type=float, default=1)
    p.add_argument("--T", type=int, default=2)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--steps", type=int, default=10, help="timed")
    p.add_argument("--warmup", type=int, default=3, help="steps of the same kind before them")
    p.add_argument("--warmup-seconds", type=float, default=0, help="more of these until so much time has passed")
    p.add_argument("--pretrain", type=int, default=0, help="training steps before all: a fresh network fires oddly")
    p.add_argument("--mode", choices=("train", "infer"), default="train")
    p.add_argument("--channels-last", action="store_true")
    p.add_argument("--compile", action="store_true")
    p.add_argument("--data", help="a binary batch of CIFAR-10; noise if absent")
    p.add_argument("--images", type=int, help="only so many of the first images, again and again")
    p.add_argument("--weights", help="initial weights, safetensors with our names")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--turns", action="store_true", help="in place of --steps: a number a line of standard input")
    return p.parse_args()


def run(name, versions, description, make_neuron, reset=lambda network: None):
    """Trains or infers and prints one JSON line. make_neuron(T) makes a layer; reset clears states before each batch."""
    a = arguments(description)
    idle = resident_memory()
    torch.set_flush_denormal(True)  # first: threads inherit it when they are made
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    network = Network(a.model, a.width, a.T, lambda: make_neuron(a.T))
    if a.weights:
        read_weights(network, a.weights)
    if a.channels_last:
        network = network.to(memory_format=torch.channels_last)
    groups = [
        {"params": [x for x in network.parameters() if x.ndim > 1], "weight_decay": 1e-4},
        {"params": [x for x in network.parameters() if x.ndim == 1]},
    ]
    optimizer = torch.optim.SGD(groups, 0.1, 0.9)
    sides = len(network.stage_names) - 1
    head_weights = [0.75 / sides] * sides + [0.25]
    forward = torch.compile(network) if a.compile else network

    def train(images, labels):
        reset(network)
        loss = F.cross_entropy(sum(w * z for w, z in zip(head_weights, forward(images))), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    @torch.no_grad()
    def infer(images, labels):
        reset(network)
        return F.cross_entropy(forward(images, False)[-1], labels).item()

    losses, warm_up, source = [], WarmUp(a.warmup, a.warmup_seconds), enumerate(batches(a.data, a.batch, a.images))
    for steps in turns(a.turns, a.steps):
        seconds = []
        while len(seconds) < steps:
            i, (images, labels) = next(source)
            step = train if i < a.pretrain or a.mode == "train" else infer
            network.train(step is train)
            if a.channels_last:
                images = images.contiguous(memory_format=torch.channels_last)
            warm = i >= a.pretrain and warm_up.done()
            begin = time.perf_counter()
            losses.append(step(images, labels))
            if warm:
                seconds.append(time.perf_counter() - begin)
            if i == 0:
                print("first step", flush=True)
        peak = peak_memory()
        with torch.no_grad():
            reset(network)
            rates = firing_rates(network, lambda: network(images))
        print(json.dumps({
            "peer": name + (", channels last" if a.channels_last else "") + (", compiled" if a.compile else ""),
            "versions": {**python_versions(), "torch": torch.__version__, **versions},
            "simd": torch.backends.cpu.get_cpu_capability(),
            "model": a.model, "width": a.width, "mode": a.mode, "threads": a.threads, "batch": a.batch, "T": a.T,
            "imagesPerSecond": a.batch / statistics.median(seconds),
            "stepSeconds": seconds, "losses": losses,
            "peakMemoryBytes": peak, "idleMemoryBytes": idle, "firingRates": rates,
        }), flush=True)
