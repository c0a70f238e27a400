//! The edge between TypeScript and the kernels: check lengths, make slices, call. No numerics here.
//!
//! TypeScript owns the memory plan: it asks for one arena ([`memory`]) and passes addresses inside it. A kernel's file
//! here has the same name as in `kestirme-kernels`. Objects such as `Conv2d` hold the sizes of one call, so that calls
//! carry addresses only and nothing is allocated in a training step.

#![allow(clippy::not_unsafe_ptr_arg_deref)] // Addresses come from the memory plan; the lengths follow from the sizes.
#![allow(clippy::too_many_arguments)] // Addresses cross the edge one by one.

mod adam;
mod add;
mod batch_norm;
mod conv2d;
mod encode;
mod exact_math;
mod global_average_pool;
mod init;
mod lif;
mod linear;
mod loss;
mod memory;
mod pool;
mod sgd;
mod stats;
#[cfg(feature = "threads")]
mod threads;

use wasm_bindgen::prelude::*;

/// Changes whenever an export changes its meaning; checked when the module is loaded.
#[wasm_bindgen(js_name = abiVersion)]
pub fn abi_version() -> u32 {
    4
}

fn read<'a, T>(at: *const T, len: usize) -> &'a [T] {
    assert!(!at.is_null() || len == 0);
    // Slices must not be null even when empty.
    if len == 0 { &[] } else { unsafe { core::slice::from_raw_parts(at, len) } }
}

fn write<'a, T>(at: *mut T, len: usize) -> &'a mut [T] {
    assert!(!at.is_null() || len == 0);
    if len == 0 { &mut [] } else { unsafe { core::slice::from_raw_parts_mut(at, len) } }
}
