"""SpikingJelly's TemporalEffectiveBatchNorm2d."""
from make_norms import CHANNELS, STEPS, Layer
from spikingjelly.activation_based import layer

SHAPES = [[CHANNELS], [CHANNELS], [STEPS]]


class TemporalEffective(Layer):
    def write(self, weight, bias, p):
        super().write(weight, bias)
        self.module.scale.data = p

    def gradients(self):
        return [*super().gradients(), self.module.scale.grad]


def make(_):
    return TemporalEffective(layer.TemporalEffectiveBatchNorm2d(STEPS, CHANNELS))
