"""The formula in PyTorch, since SpikingJelly has no such class: x / sqrt(<x^2> + eps), < > over all but the channels."""
import torch
from make_norms import CHANNELS, Layer

SHAPES = [[CHANNELS], [CHANNELS]]


class Psp(torch.nn.Module):
    def __init__(self, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.weight = torch.nn.Parameter(torch.ones(CHANNELS))
        self.bias = torch.nn.Parameter(torch.zeros(CHANNELS))
        self.register_buffer("running_moment", torch.ones(CHANNELS))

    def forward(self, x):
        moment = self.running_moment
        if self.training:
            moment = (x * x).mean((0, 1, 3, 4))
            self.running_moment = torch.lerp(self.running_moment, moment.detach(), self.momentum)
        channel = lambda values: values.reshape(-1, 1, 1)
        return channel(self.weight / torch.sqrt(moment + self.eps)) * x + channel(self.bias)


class SecondMoment(Layer):
    def running(self):
        return [self.module.running_moment]


def make(_):
    return SecondMoment(Psp())
