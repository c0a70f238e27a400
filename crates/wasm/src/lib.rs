//! WebAssembly as a host of the kernels: memory, the words of panics, and threads. The kernels' own functions come from
//! `kestirme-edge`, which exports them.

#![allow(clippy::not_unsafe_ptr_arg_deref)] // Addresses come from the memory plan.

mod allocator;
#[cfg(feature = "bindgen-rayon")]
pub mod bindgen_rayon;
mod memory;
#[cfg(feature = "threads")]
mod threads;

use kestirme_edge as _;
