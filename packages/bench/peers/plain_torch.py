"""Plain PyTorch on the same network, data and step as ours: what most people train spiking networks with today.

Multi-step: convolution and batch norm on the merged [T*B], the LIF in a loop over T, the rectangle surrogate as an
autograd.Function. The image is repeated over T and goes through the stem T times, as plain users write it.
Prints one JSON line. Run it with OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE unset.
"""
import argparse
import json
import math
import resource
import statistics
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

LAYOUTS = {
    "resnet20": (16, [(16, 3, 1), (32, 3, 2), (64, 3, 2)]),
    "resnet18": (64, [(64, 2, 1), (128, 2, 2), (256, 2, 2), (512, 2, 2)]),
    "resnet34": (64, [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)]),
    "resnet19": (128, [(128, 3, 1), (256, 3, 2), (512, 2, 2)]),
}
DECAY, THRESHOLD = 0.25, 0.5
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


class Rectangle(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v):
        ctx.save_for_backward(v)
        return (v > 0).to(v.dtype)

    @staticmethod
    def backward(ctx, g):
        (v,) = ctx.saved_tensors
        return g * (v.abs() < 0.5).to(g.dtype)


class Lif(nn.Module):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def forward(self, x):
        x = x.unflatten(0, (self.steps, -1))
        m, spikes = 0, []
        for t in range(self.steps):
            u = DECAY * m + x[t]
            s = Rectangle.apply(u - THRESHOLD)
            m = u * (1 - s)
            spikes.append(s)
        return torch.cat(spikes)


def conv_norm(inputs, outputs, kernel, stride=1):
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    nn.init.normal_(conv.weight, 0, math.sqrt(2 / (kernel * kernel * outputs)))
    return nn.Sequential(conv, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, steps):
        super().__init__()
        self.conv1, self.lif1 = conv_norm(inputs, outputs, 3, stride), Lif(steps)
        self.conv2, self.lif2 = conv_norm(outputs, outputs, 3), Lif(steps)
        same = stride == 1 and inputs == outputs
        self.down = nn.Identity() if same else conv_norm(inputs, outputs, 1, stride)

    def forward(self, x):
        return self.lif2(self.conv2(self.lif1(self.conv1(x))) + self.down(x))


class Network(nn.Module):
    def __init__(self, model, width, steps, classes=10):
        super().__init__()
        stem, stages = LAYOUTS[model]
        scaled = lambda c: max(4, round(c * width / 4) * 4)
        self.steps = steps
        channels = scaled(stem)
        self.stem = nn.Sequential(conv_norm(3, channels, 3), Lif(steps))
        self.stages, self.heads = nn.ModuleList(), nn.ModuleList()
        for base, blocks, stride in stages:
            layers = [Block(channels if b == 0 else scaled(base), scaled(base), stride if b == 0 else 1, steps) for b in range(blocks)]
            channels = scaled(base)
            self.stages.append(nn.Sequential(*layers))
            head = nn.Linear(channels, classes)
            nn.init.normal_(head.weight, 0, 1 / channels)
            nn.init.zeros_(head.bias)
            self.heads.append(head)

    def forward(self, images, all_heads=True):
        x = self.stem(images.repeat(self.steps, 1, 1, 1))
        logits = []
        for i, (stage, head) in enumerate(zip(self.stages, self.heads)):
            x = stage(x)
            if all_heads or i == len(self.stages) - 1:
                logits.append(head(x.mean((2, 3))).unflatten(0, (self.steps, -1)).mean(0))
        return logits


def batches(path, size, count):
    """CIFAR-10's binary records, or noise; normalised."""
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    if path:
        records = np.fromfile(path, np.uint8).reshape(-1, 3073)
        labels, images = records[:, 0].astype(np.int64), records[:, 1:].reshape(-1, 3, 32, 32)
    else:
        random = np.random.default_rng(0)
        labels, images = random.integers(0, 10, 10_000), random.integers(0, 256, (10_000, 3, 32, 32), dtype=np.uint8)
    for i in range(count):
        at = np.arange(i * size, (i + 1) * size) % len(labels)
        yield (torch.from_numpy(images[at]).float() / 255 - mean) / std, torch.from_numpy(labels[at])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", choices=LAYOUTS, default="resnet20")
    p.add_argument("--width", type=float, default=1)
    p.add_argument("--T", type=int, default=2)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--steps", type=int, default=10)
    p.add_argument("--warmup", type=int, default=3)
    p.add_argument("--mode", choices=("train", "infer"), default="train")
    p.add_argument("--channels-last", action="store_true")
    p.add_argument("--compile", action="store_true")
    p.add_argument("--data", help="a binary batch of CIFAR-10")
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    torch.manual_seed(a.seed)
    torch.set_num_threads(a.threads)
    torch.set_flush_denormal(True)
    network = Network(a.model, a.width, a.T)
    if a.channels_last:
        network = network.to(memory_format=torch.channels_last)
    decaying = [x for x in network.parameters() if x.ndim > 1]
    others = [x for x in network.parameters() if x.ndim == 1]
    optimizer = torch.optim.SGD([{"params": decaying, "weight_decay": 1e-4}, {"params": others}], 0.1, 0.9)
    sides = len(network.stages) - 1
    weights = [0.75 / sides] * sides + [0.25]
    run = torch.compile(network) if a.compile else network
    network.train(a.mode == "train")
    seconds, losses = [], []
    for images, labels in batches(a.data, a.batch, a.warmup + a.steps):
        if a.channels_last:
            images = images.contiguous(memory_format=torch.channels_last)
        begin = time.perf_counter()
        if a.mode == "train":
            loss = F.cross_entropy(sum(w * z for w, z in zip(weights, run(images))), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        else:
            with torch.no_grad():
                losses.append(F.cross_entropy(run(images, False)[-1], labels).item())
        seconds.append(time.perf_counter() - begin)
    counted = seconds[a.warmup :]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({
        "peer": "PyTorch" + (", channels last" if a.channels_last else "") + (", compiled" if a.compile else ""),
        "versions": {"torch": torch.__version__},
        "model": a.model, "width": a.width, "mode": a.mode, "threads": a.threads, "batch": a.batch, "T": a.T,
        "imagesPerSecond": a.batch / statistics.median(counted),
        "stepSeconds": counted, "losses": losses, "peakMemoryBytes": peak,
    }))


if __name__ == "__main__":
    main()
