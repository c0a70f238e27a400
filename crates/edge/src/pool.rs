use crate::{read, write};
use kestirme_kernels::pool::{self as kernel, Input, Shape};
use kestirme_kernels::words;

/// The sizes of one pooling layer. `spikes`: the input is spikes, else values.
pub struct Pool {
    shape: Shape,
    spikes: bool,
}

impl Pool {
    pub fn new(
        n: usize,
        h: usize,
        w: usize,
        channels: usize,
        kernel: usize,
        stride: usize,
        pad: usize,
        spikes: bool,
    ) -> Self {
        let shape = Shape { n, h, w, channels, kernel, stride, pad };
        shape.check();
        Self { shape, spikes }
    }

    pub fn average_forward(&self, x: *const f32, y: *mut f32) {
        kernel::average_forward(&self.shape, self.input(x), write(y, self.out_len()));
    }

    /// A plane's part, of bits that count as much as `weight`; `accumulate`: y holds those of the planes before.
    pub fn average_forward_plane(&self, spikes: *const u32, weight: f32, accumulate: bool, y: *mut f32) {
        let y = write(y, self.out_len());
        kernel::average_forward_plane(&self.shape, self.bits(spikes), weight, accumulate, y);
    }

    pub fn average_backward(&self, dy: *const f32, accumulate: bool, dx: *mut f32) {
        kernel::average_backward(&self.shape, read(dy, self.out_len()), accumulate, write(dx, self.in_len()));
    }

    /// Spikes give spikes, values give values.
    pub fn max_forward(&self, x: *const f32, y: *mut f32) {
        let s = &self.shape;
        match self.input(x) {
            Input::Spikes(x) => {
                let out = write(y.cast(), s.n * s.ho() * s.wo() * words(s.channels));
                kernel::max_forward_spikes(s, x, out);
            }
            Input::Values(x) => kernel::max_forward(s, x, write(y, self.out_len())),
        }
    }

    pub fn max_backward(&self, x: *const f32, dy: *const f32, accumulate: bool, dx: *mut f32) {
        let (dy, dx) = (read(dy, self.out_len()), write(dx, self.in_len()));
        kernel::max_backward(&self.shape, self.input(x), dy, accumulate, dx);
    }

    fn in_len(&self) -> usize {
        self.shape.n * self.shape.h * self.shape.w * self.shape.channels
    }

    fn out_len(&self) -> usize {
        self.shape.n * self.shape.ho() * self.shape.wo() * self.shape.channels
    }

    fn input<'a>(&self, x: *const f32) -> Input<'a> {
        match self.spikes {
            true => Input::Spikes(self.bits(x.cast())),
            false => Input::Values(read(x, self.in_len())),
        }
    }

    fn bits<'a>(&self, at: *const u32) -> &'a [u32] {
        let s = &self.shape;
        read(at, s.n * s.h * s.w * words(s.channels))
    }
}
