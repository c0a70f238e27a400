"""SpikingJelly's BatchNorm2d over several steps."""
from make_norms import CHANNELS, Layer
from spikingjelly.activation_based import layer

SHAPES = [[CHANNELS], [CHANNELS]]


def make(_):
    return Layer(layer.BatchNorm2d(CHANNELS, step_mode="m"))
