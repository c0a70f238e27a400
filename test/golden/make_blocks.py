"""Golden files of small residual networks: SEW blocks of every kind, and ternary spikes, in float64, one SGD step.

Run: python make_blocks.py        (versions: requirements-methods.txt)

The blocks are SpikingJelly's own BasicBlock, which joins spikes by ADD, AND or IAND, its neurons LIFNode; a block that
adds currents, and ternary neurons (Guo et al. 2024, "Ternary Spike"), are written out here after the authors' program.
As in make_resnet20.py, seeds are tried until every membrane keeps a margin from where a rounding would decide.

A learning rate of 1 without momentum and decay: what a parameter moves by is its gradient.
"""
import json
import math

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from spikingjelly.activation_based import functional, layer, neuron, surrogate
from spikingjelly.activation_based.model.sew_resnet import BasicBlock, sew_function
from torch import nn

torch.set_num_threads(1)
T, BATCH, SIZE, CLASSES = 3, 2, 8, 3
MEAN, STD = [0.5, 0.4, 0.3], [0.25, 0.2, 0.3]
BLOCKS = [(4, 4, 1), (4, 8, 2), (8, 8, 1)]
DECAY, THRESHOLD = 0.25, 0.5
AMPLITUDE = 0.75
WANTED_MARGIN = 2e-5
CASES = [("sew-add", "lif"), ("sew-and", "lif"), ("sew-iand", "lif"), ("standard", "ternary"), ("sew-add", "ternary"),
         ("standard", "trainable-ternary"), ("sew-add", "trainable-ternary"),
         # What leaves the first block goes through a pool of 2 x 2.
         ("sew-add", "lif", "max"), ("sew-add", "trainable-ternary", "max"), ("sew-add", "ternary", "avg"),
         # What the last block reads is joined with what it gives once more.
         ("sew-add", "lif", "again"), ("sew-iand", "lif", "again")]


class Node(nn.Module):
    """A neuron over all time steps, which notes how near a membrane comes to the threshold and to the surrogate's edges."""
    margin = math.inf

    def note(self, u):
        u = u.detach().abs()
        Node.margin = min(Node.margin, *((u - place).abs().min().item() for place in (0, THRESHOLD, 2 * THRESHOLD)))


class Lif(Node):
    def __init__(self):
        super().__init__()
        self.node = neuron.LIFNode(tau=1 / (1 - DECAY), decay_input=False, v_threshold=math.nextafter(THRESHOLD, 0),
                                   v_reset=0.0, surrogate_function=surrogate.Rect(alpha=1.0), step_mode="s")

    def forward(self, x_seq):
        functional.reset_net(self.node)
        spikes = []
        for x in x_seq:
            self.note(DECAY * self.node.v + x)
            spikes.append(self.node(x))
        return torch.stack(spikes)


class Ternary(Node):
    """s = sign(u) where |u| > threshold, straight through a clamp of u to [-1, 1]; m = u (1 - |s|)."""

    def sent(self, s):
        return s

    def forward(self, x_seq):
        m, spikes = torch.zeros_like(x_seq[0]), []
        for x in x_seq:
            u = DECAY * m + x
            self.note(u)
            through = u.clamp(-1, 1)
            s = (torch.sign(u) * (u.abs() > THRESHOLD) - through).detach() + through
            m = u * (1 - s.abs())
            spikes.append(self.sent(s))
        return torch.stack(spikes)


class TrainableTernary(Ternary):
    def __init__(self):
        super().__init__()
        self.amplitude = nn.Parameter(torch.tensor([AMPLITUDE]))

    def sent(self, s):
        return self.amplitude * s


NEURONS = {"lif": Lif, "ternary": Ternary, "trainable-ternary": TrainableTernary}


class StandardBlock(BasicBlock):
    """The sum is of currents, before the second neuron."""

    def forward(self, x):
        y = self.bn2(self.conv2(self.sn1(self.bn1(self.conv1(x)))))
        return self.sn2(y + (x if self.downsample is None else self.downsample(x)))


class Network(nn.Module):
    def __init__(self, residual, spiking, extra):
        super().__init__()
        self.stem = nn.Sequential(layer.Conv2d(3, BLOCKS[0][0], 3, padding=1, bias=False), layer.BatchNorm2d(BLOCKS[0][0]),
                                  spiking())
        self.pool = {"max": layer.MaxPool2d, "avg": layer.AvgPool2d}.get(extra, nn.Identity)(2)
        self.again = residual[4:].upper() if extra == "again" else None
        self.blocks = nn.Sequential(*(self.block(residual, spiking, *one) for one in BLOCKS))
        self.head = nn.Linear(BLOCKS[-1][1], CLASSES)
        functional.set_step_mode(self, "m")
        for node in self.modules():
            if isinstance(node, Lif):
                functional.set_step_mode(node.node, "s")

    @staticmethod
    def block(residual, spiking, inputs, outputs, stride):
        down = None
        if stride != 1 or inputs != outputs:
            down = nn.Sequential(layer.Conv2d(inputs, outputs, 1, stride, bias=False), layer.BatchNorm2d(outputs))
        kind, cnf = (StandardBlock, "ADD") if residual == "standard" else (BasicBlock, residual[4:].upper())
        block = kind(inputs, outputs, stride, down, cnf=cnf, spiking_neuron=spiking)
        if residual == "standard" and down is not None:
            del block.downsample_sn
        return block

    def forward(self, images):
        x = (images.double() / 255 - torch.tensor(MEAN)) / torch.tensor(STD)
        x = x.permute(0, 3, 1, 2).repeat(T, 1, 1, 1, 1)
        x = self.blocks[1](self.pool(self.blocks[0](self.stem(x))))
        y = self.blocks[2](x)
        y = y if self.again is None else sew_function(x, y, self.again)
        return self.head(y.mean((0, 3, 4)))

    def named(self):
        """Parameters and running statistics, under our names."""
        parts = {"stem.conv": self.stem[0], "stem.norm": self.stem[1], "stem.lif": self.stem[2], "head.main": self.head}
        for b, block in enumerate(self.blocks, 1):
            for i in (1, 2):
                parts |= {f"block{b}.{ours}{i}": getattr(block, f"{theirs}{i}")
                          for ours, theirs in (("conv", "conv"), ("norm", "bn"), ("lif", "sn"))}
            if block.downsample is not None:
                parts |= {f"block{b}.down.conv": block.downsample[0], f"block{b}.down.norm": block.downsample[1]}
            if hasattr(block, "downsample_sn"):
                parts[f"block{b}.down.lif"] = block.downsample_sn
        return {f"{name}.{key}": value.detach().clone() for name, part in parts.items()
                for key, value in part.state_dict().items() if "num_batches" not in key and value.ndim > 0}


def made(residual, spiking, extra, seed):
    torch.manual_seed(seed)
    Node.margin = math.inf
    network = Network(residual, NEURONS[spiking], extra).double()
    for name, p in network.named_parameters():
        p = p.data
        if p.ndim == 4:
            p.normal_(0, math.sqrt(2 / (p.shape[0] * p.shape[2] * p.shape[3])))
        elif ".bn" in name or "stem.1" in name or "downsample.1" in name:
            p.copy_(0.2 * torch.randn_like(p) + (1 if name.endswith("weight") else 0.3))
        elif "head" in name:
            p.normal_(0, 0.5)
        p.copy_(p.float())  # Single precision holds what both start from.
    images = torch.randint(0, 256, (BATCH, SIZE, SIZE, 3), dtype=torch.uint8)
    labels = torch.randint(0, CLASSES, (BATCH,))
    before = network.named()
    logits = network(images)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    with torch.no_grad():
        for p in network.parameters():
            p -= p.grad
    out = {f"init.{name}": x for name, x in before.items()} | {f"after.{name}": x for name, x in network.named().items()}
    least = min(p.grad.abs().max().item() for p in network.parameters())
    return out | {"logits": logits.detach(), "loss": loss.detach().reshape(1)}, images, labels, Node.margin, least


def main():
    for residual, spiking, *rest in CASES:
        best = max((made(residual, spiking, *(rest or [None]), seed) for seed in range(300)), key=lambda one: one[3] if one[4] > 0 else 0)
        out, images, labels, margin, _ = best
        about = {"torch": torch.__version__, "margin": margin, "steps": T, "residual": residual, "neuron": spiking}
        print(json.dumps(about))
        assert margin > WANTED_MARGIN
        tensors = {name: np.ascontiguousarray(x.to(torch.float32).numpy()) for name, x in out.items()}
        tensors["images"], tensors["labels"] = images.numpy(), labels.numpy().astype(np.int32)
        save_file(tensors, f"block-{'-'.join([residual, spiking, *rest])}.safetensors", {"about": json.dumps(about)})


if __name__ == "__main__":
    main()
