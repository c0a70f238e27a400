"""Golden values of the augmentation: torchvision's operations on Pillow's images, as hashes of their pixels.

Run: python make_augment.py        (versions: requirements-augment.txt)

The 20 images are made of whole numbers by a rule that packages/datasets/src/augment/golden.test.support.ts repeats, so
that no image is stored. A hash is the first 12 digits of the SHA-256 of the pixels, row by row, channels last.
"""
import hashlib
import json
import math
import platform
import types

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision.transforms import AutoAugment, AutoAugmentPolicy, InterpolationMode, RandAugment, RandomResizedCrop
from torchvision.transforms import functional as F
from torchvision.transforms import v2
from torchvision.transforms.autoaugment import _apply_op

SIZES = [(32, 32), (32, 32), (48, 40), (17, 23), (64, 48), (5, 7), (3, 3), (2, 9), (1, 1), (56, 56)]
MODES = [InterpolationMode.NEAREST, InterpolationMode.BILINEAR, InterpolationMode.BICUBIC]


def image(number):
    """Image `number` of 20: colour where it is even, grey where it is odd."""
    width, height = SIZES[number // 2]
    channels = 3 if number % 2 == 0 else 1
    state = number + 1
    pixels = np.zeros((height, width, channels), np.uint8)
    low, high = [(0, 255), (40, 90), (0, 255), (100, 103), (0, 255)][number % 5]
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                state = (state * 1664525 + 1013904223) % 2**32
                noise = (state >> 16) % (high - low + 1) // 3
                # A slope, a disc and noise.
                slope = (high - low) * (x * (c + 1) + 2 * y) // (width * (c + 1) + 2 * height) // 2
                disc = (high - low) // 6 if (2 * x - width) ** 2 + (2 * y - height) ** 2 < width * height // (c + 2) else 0
                pixels[y, x, c] = low + noise + slope + disc
    return pixels


def pil(pixels):
    return Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])


def digest(result):
    return hashlib.sha256(np.asarray(result).tobytes()).hexdigest()[:12]


def together(results):
    """One hash of many."""
    return hashlib.sha256("".join(digest(result) for result in results).encode()).hexdigest()[:12]


IMAGES = [pil(image(number)) for number in range(20)]


def operations():
    space = RandAugment()._augmentation_space(31, (32, 32))
    cases = []
    for name in [*space, "Invert"]:
        for bin in [0, 1, 9, 15, 16, 30]:
            for sign in [1, -1]:
                hashes = []
                for one in IMAGES:
                    magnitudes, signed = RandAugment()._augmentation_space(31, (one.height, one.width)).get(name, (torch.tensor(0.0), False))
                    magnitude = float(magnitudes[bin].item()) if magnitudes.ndim > 0 else 0.0
                    hashes.append(_apply_op(one, name, magnitude * (sign if signed else 1), MODES[0], None))
                if (bin == 0 or magnitudes.ndim > 0) and (sign == 1 or signed):
                    cases.append({"name": name, "bin": bin, "sign": sign, "hash": together(hashes)})
    return cases


def affine():
    cases = []
    for mode in MODES:
        for fill in [0, 128]:
            options = {"interpolation": mode, "fill": fill}
            for degrees in [-30, -7.5, 0, 12.25, 30, 45, 90, 135, 180, 211, 270]:
                results = [F.rotate(one, degrees, **options) for one in IMAGES]
                cases.append({"of": "rotate", "by": degrees, "mode": mode.value, "fill": fill, "hash": together(results)})
            for slope in [-0.3, 0.1, 1.5]:
                for axis in "XY":
                    results = [one.transform(one.size, Image.Transform.AFFINE, (1, slope, 0, 0, 1, 0) if axis == "X" else (1, 0, 0, slope, 1, 0), {"nearest": 0, "bilinear": 2, "bicubic": 3}[mode.value], fillcolor=fill if one.mode == "L" else (fill,) * 3) for one in IMAGES]
                    cases.append({"of": "shear" + axis, "by": slope, "mode": mode.value, "fill": fill, "hash": together(results)})
            for by in [-2.5, 0.3, 4]:
                results = [one.transform(one.size, Image.Transform.AFFINE, (1, 0, -by, 0, 1, 0), {"nearest": 0, "bilinear": 2, "bicubic": 3}[mode.value], fillcolor=fill if one.mode == "L" else (fill,) * 3) for one in IMAGES]
                cases.append({"of": "translateX", "by": by, "mode": mode.value, "fill": fill, "hash": together(results)})
    return cases


def enhance():
    adjust = {"brightness": F.adjust_brightness, "contrast": F.adjust_contrast, "saturation": F.adjust_saturation, "sharpness": F.adjust_sharpness, "hue": F.adjust_hue}
    cases = []
    for name, of in adjust.items():
        for by in ([-0.5, -0.1, 0.003, 0.25, 0.5] if name == "hue" else [0, 0.1, 0.6, 1, 1.37, 1.9, 5]):
            cases.append({"name": name, "by": by, "hash": together([of(one, by) for one in IMAGES])})
    return cases


def auto_augment():
    """Every line of every policy on every image, with each pair of signs and both operations, and with fewer of them."""
    cases = []
    draws_of_signs = {(0, 0): (0.0, 0.0), (0, 1): (0.0, 0.0), (1, 0): (0.0, 0.0), (1, 1): (0.5, 0.75)}
    for policy in AutoAugmentPolicy:
        for mode, fill in [(MODES[0], None), (MODES[2], 128)]:
            augment = AutoAugment(policy, mode, fill)
            for line in range(25):
                results = []
                for signs in draws_of_signs if mode == MODES[0] else [(0, 1)]:
                    draws = draws_of_signs[signs]
                    augment.get_params = lambda _, d=draws, s=signs: (line, torch.tensor(d), torch.tensor(s))
                    results += [augment(one) for one in IMAGES]
                cases.append({"policy": policy.value, "mode": mode.value, "fill": fill or 0, "line": line, "hash": together(results)})
    return cases


def deep_voltaire():
    """The lines of the CIFAR-10 policy with the operations and magnitudes of DeepVoltaire's program, written anew."""
    from PIL import ImageEnhance, ImageOps

    def affine(one, matrix, mode):
        return one.transform(one.size, Image.Transform.AFFINE, matrix, mode, fillcolor=128 if one.mode == "L" else (128,) * 3)

    def turned(one, degrees):
        rotated = one.convert("RGBA").rotate(degrees)
        return Image.composite(rotated, Image.new("RGBA", one.size, (128,) * 4), rotated).convert(one.mode)

    bicubic, nearest = Image.Resampling.BICUBIC, Image.Resampling.NEAREST
    enhanced = lambda of: lambda one, by: of(one).enhance(1 + by)
    operations = {
        "ShearX": (np.linspace(0, 0.3, 10), True, lambda one, by: affine(one, (1, by, 0, 0, 1, 0), bicubic)),
        "ShearY": (np.linspace(0, 0.3, 10), True, lambda one, by: affine(one, (1, 0, 0, by, 1, 0), bicubic)),
        "TranslateX": (np.linspace(0, 150 / 331, 10), True, lambda one, by: affine(one, (1, 0, by * one.width, 0, 1, 0), nearest)),
        "TranslateY": (np.linspace(0, 150 / 331, 10), True, lambda one, by: affine(one, (1, 0, 0, 0, 1, by * one.height), nearest)),
        "Rotate": (np.linspace(0, 30, 10), False, turned),
        "Color": (np.linspace(0, 0.9, 10), True, enhanced(ImageEnhance.Color)),
        "Contrast": (np.linspace(0, 0.9, 10), True, enhanced(ImageEnhance.Contrast)),
        "Sharpness": (np.linspace(0, 0.9, 10), True, enhanced(ImageEnhance.Sharpness)),
        "Brightness": (np.linspace(0, 0.9, 10), True, enhanced(ImageEnhance.Brightness)),
        "Posterize": (np.round(np.linspace(8, 4, 10), 0).astype(int), False, lambda one, by: ImageOps.posterize(one, int(by))),
        "Solarize": (np.linspace(256, 0, 10), False, lambda one, by: ImageOps.solarize(one, by)),
        "AutoContrast": (np.zeros(10), False, lambda one, _: ImageOps.autocontrast(one)),
        "Equalize": (np.zeros(10), False, lambda one, _: ImageOps.equalize(one)),
        "Invert": (np.zeros(10), False, lambda one, _: ImageOps.invert(one)),
    }
    for line, pair in enumerate(AutoAugment(AutoAugmentPolicy.CIFAR10).policies):
        results = []
        for sign in (-1, 1):
            for one in IMAGES:
                for name, _, bin in pair:
                    magnitudes, signed, of = operations[name]
                    one = of(one, magnitudes[bin or 0] * (sign if signed else 1))
                results.append(one)
        yield {"line": line, "hash": together(results)}


def rand_augment():
    """Draws in their order: an operation's number, then its sign where it has one."""
    generator = np.random.default_rng(5)
    cases = []
    for number, magnitude in [(2, 9), (3, 30), (1, 0), (2, 17)]:
        augment = RandAugment(number, magnitude)
        for _ in range(10):
            results, draws = [], []
            for one in IMAGES:
                drawn = []

                def randint(high, shape):
                    drawn.append(int(generator.integers(high)))
                    return torch.tensor([drawn[-1]])

                original, torch.randint = torch.randint, randint
                results.append(augment(one))
                torch.randint = original
                draws.append(drawn)
            cases.append({"number": number, "magnitude": magnitude, "draws": draws, "hash": together(results)})
    return cases


def resized_crops():
    cases = []
    for mode in [MODES[1], MODES[2]]:
        for size in [7, 24, 60]:
            results = [F.resized_crop(one, one.height // 4, one.width // 5, max(1, one.height // 2), max(1, 2 * one.width // 3), [size, size], mode) for one in IMAGES]
            cases.append({"mode": mode.value, "size": size, "hash": together(results)})
    return cases


def windows():
    """Of attempts that all fail, the one in the middle; of one that does not, from its draws."""
    cases = []
    for width, height, ratio, area, shape in [(30, 90, 1.5, 0.9, 1.2), (90, 30, 1.5, 0.9, 0.8), (40, 30, 1.2, 0.3, 1.1), (33, 33, 2.0, 0.5, 0.5), (40, 41, 2.0, 1.0, 2.0)]:
        def uniform(self, low, high):
            uniform.calls += 1
            return self.fill_(area if uniform.calls % 2 else math.log(shape))
        uniform.calls = 0
        original, torch.Tensor.uniform_ = torch.Tensor.uniform_, uniform
        randint, torch.randint = torch.randint, lambda low, high, size: torch.tensor([(high - 1) // 2])
        i, j, h, w = RandomResizedCrop.get_params(Image.new("L", (width, height)), [0, 1], [1 / ratio, ratio])
        torch.Tensor.uniform_, torch.randint = original, randint
        cases.append({"width": width, "height": height, "ratio": ratio, "area": area, "shape": shape, "box": {"top": i, "left": j, "bottom": i + h, "right": j + w}})
    return cases


def mixed():
    """Batches of floats [3, 1, 5, 7], which our side has channels last; one channel, so that both lie alike."""
    batch = torch.tensor([(n * 7919 % 1009) / 1009 for n in range(105)], dtype=torch.float32).reshape(3, 1, 5, 7)
    labels = torch.tensor([2, 0, 1])
    cases = []
    for kind, of in [("mixup", v2.MixUp), ("cutmix", v2.CutMix)]:
        for lam, x, y in [(0.25, 0, 0), (0.7, 6, 2), (0.1, 3, 4), (0.999, 3, 3)]:
            mix = of(num_classes=3)
            mix._dist = types.SimpleNamespace(sample=lambda _, l=lam: torch.tensor(l, dtype=torch.float64))
            places = [x, y]
            randint, torch.randint = torch.randint, lambda high, size: torch.tensor([places.pop(0)])
            images, targets = mix(batch, labels)
            torch.randint = randint
            cases.append({"kind": kind, "own": lam, "x": x, "y": y, "images": images.flatten().tolist(), "targets": targets.tolist()})
    return cases


def magnitudes():
    space = RandAugment()._augmentation_space(31, (224, 33))
    return {name: values.tolist() for name, (values, _) in space.items() if values.ndim > 0}


golden = {
    "versions": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0], "pillow": PIL.__version__},
    "images": [digest(one) for one in IMAGES],
    "operations": operations(),
    "affine": affine(),
    "enhance": enhance(),
    "autoAugment": auto_augment(),
    "deepVoltaire": list(deep_voltaire()),
    "randAugment": rand_augment(),
    "resizedCrops": resized_crops(),
    "windows": windows(),
    "mixed": mixed(),
    "magnitudes": magnitudes(),
}
with open("augment.json", "w") as file:
    lines = [f'"{key}": ' + ("[\n" + ",\n".join(json.dumps(one) for one in value) + "\n]" if isinstance(value, list) else json.dumps(value)) for key, value in golden.items()]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
