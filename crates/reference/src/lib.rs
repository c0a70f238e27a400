//! The mathematics of Kestirme, written to be read: scalar loops, f64, nothing but std.
//!
//! Each file is one concept, with `forward` and `backward` (optimisers: `step`) side by side, and has a fast twin of the
//! same name in `kestirme-kernels` that is held to it. Nothing here is fast, and nothing here should become so.
//!
//! A good order to read in: [`surrogates`] and [`neurons`] (the spiking part), [`conv2d`] and [`norms`] (what drives
//! it), [`global_average_pool`], [`linear`] and [`losses`] (a head, and how several heads meet in one loss).
//!
//! # Letters
//!
//! | letter | meaning | | letter | meaning |
//! | --- | --- | --- | --- | --- |
//! | T | time steps | | H, W | height, width |
//! | B | batch | | C | channels |
//! | N | T * B, where a layer treats them alike | | `dx` | derivative of the loss with respect to `x` |
//!
//! # Layout
//!
//! Activations are flat slices in the order [T, B, H, W, C], channels contiguous, T slowest. Convolution weights are
//! [out, in, ky, kx] and linear weights [out, in], as in PyTorch. Every `backward` returns fresh gradients; summing them
//! over micro-batches is the caller's. A slice of the wrong length panics with both lengths.

pub mod adam;
pub mod add;
pub mod batch_norm;
pub mod clip;
pub mod conv2d;
pub mod firing_rate;
pub mod flatten;
pub mod global_average_pool;
pub mod linear;
pub mod losses;
pub mod neurons;
pub mod norms;
pub mod philox;
pub mod pool;
pub mod sew;
pub mod sgd;
pub mod start;
pub mod surrogates;
