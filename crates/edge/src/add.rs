use crate::{read, write};

/// `into` += `x`.
pub fn accumulate(x: *const f32, into: *mut f32, len: usize) {
    kestirme_kernels::add::accumulate(read(x, len), write(into, len));
}
