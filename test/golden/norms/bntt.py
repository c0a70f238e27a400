"""SpikingJelly's BatchNormThroughTime2d: T layers, whose bias is left at zero and not learned."""
import torch
from make_norms import CHANNELS, STEPS, Layer
from spikingjelly.activation_based import layer

SHAPES = [[STEPS, CHANNELS]]


class ThroughTime(Layer):
    @property
    def steps(self):
        return self.module.bn_list

    def write(self, weight):
        for one, row in zip(self.steps, weight):
            one.weight.data = row.clone()
            if one.bias is not None:
                one.bias.data.zero_()

    def gradients(self):
        return [one.weight.grad for one in self.steps]

    def running(self):
        return [torch.stack([one.running_mean for one in self.steps]), torch.stack([one.running_var for one in self.steps])]


def make(_):
    return ThroughTime(layer.BatchNormThroughTime2d(STEPS, CHANNELS, step_mode="m"))
