use crate::{read, write};

/// `into` += `x`.
pub fn accumulate(x: *const f32, into: *mut f32, len: usize) {
    kestirme_kernels::add::accumulate(read(x, len), write(into, len));
}

/// `into` `[N, pixels, C]` += `x` `[N, C]`, the same at every pixel; where it is not `filled` it becomes that.
pub fn add_to_pixels(images: usize, pixels: usize, channels: usize, x: *const f32, filled: bool, into: *mut f32) {
    let (x, into) = (read(x, images * channels), write(into, images * pixels * channels));
    kestirme_kernels::add::add_to_pixels(pixels, channels, x, filled, into);
}

/// `into` `[len]` = the sum over steps of `x` `[steps, len]`; `adds`: that is added to what is there.
pub fn sum_steps(x: *const f32, steps: usize, adds: bool, into: *mut f32, len: usize) {
    kestirme_kernels::add::sum_steps(read(x, steps * len), adds, write(into, len));
}
