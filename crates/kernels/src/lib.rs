//! The fast twins of `kestirme-reference`: f32, SIMD, threads; stateless functions on slices.
//!
//! Words: T time steps, B batch, N = T * B, H height, W width, C channels.
//! - Activations are `[T, B, H, W, C]`, C contiguous ("a row" is the C values of one pixel).
//! - C of every activation is a multiple of [`LANES`]; who builds the network pads, and padding stays zero.
//! - Spikes are bits: `[T, B, H, W, words(C)]` of `u32`, channel c in bit c % 32 of word c / 32.
//! - A value that is the same at every time step is stored once: `[1, B, H, W, C]`.
//!
//! Exactness: a kernel cuts its work into tasks by the problem's size alone, each task sums in a fixed order, and
//! partial sums meet in a fixed order. So the bits of a result do not depend on the number of threads.

pub mod adam;
pub mod add;
pub mod batch_norm;
pub mod conv2d;
#[cfg(feature = "threads")]
mod crew;
pub mod encode;
pub mod exact;
pub mod firing_rate;
pub mod flatten;
pub mod global_average_pool;
pub mod init;
pub mod linear;
pub mod losses;
pub mod neurons;
pub mod norms;
pub mod par;
pub mod philox;
pub mod planes;
pub mod pool;
pub mod sgd;
mod simd;
pub mod start;
pub mod stats;
pub mod surrogates;
pub mod update;
pub mod walk;

/// The instruction set that this build is for.
pub use simd::NAME as SIMD;

/// Channels come in multiples of this.
pub const LANES: usize = 4;

/// `u32` words that hold one spike bit for each of `channels`.
pub const fn words(channels: usize) -> usize {
    channels.div_ceil(32)
}
