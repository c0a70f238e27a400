//! The kernels as native code behind the functions that the WebAssembly file exports, for Node to load as an addon:
//! the TypeScript that trains on WebAssembly then trains on this, and has to get the same bits.
//!
//! The edge's own files are compiled here a second time, so nothing is written twice. They get addresses as
//! WebAssembly has them, numbers that count from the start of one [`memory`]; `read` and `write` find the place.

#![allow(clippy::not_unsafe_ptr_arg_deref)] // As in the edge: addresses come from the memory plan.
#![allow(clippy::too_many_arguments)]

#[path = "../../wasm/src/adam.rs"]
mod adam;
#[path = "../../wasm/src/add.rs"]
mod add;
#[path = "../../wasm/src/batch_norm.rs"]
mod batch_norm;
#[path = "../../wasm/src/conv2d.rs"]
mod conv2d;
#[path = "../../wasm/src/encode.rs"]
mod encode;
#[path = "../../wasm/src/exact_math.rs"]
mod exact_math;
#[path = "../../wasm/src/global_average_pool.rs"]
mod global_average_pool;
#[path = "../../wasm/src/init.rs"]
mod init;
#[path = "../../wasm/src/lif.rs"]
mod lif;
#[path = "../../wasm/src/linear.rs"]
mod linear;
#[path = "../../wasm/src/loss.rs"]
mod loss;
#[path = "../../wasm/src/pool.rs"]
mod pool;
#[path = "../../wasm/src/sgd.rs"]
mod sgd;
#[path = "../../wasm/src/stats.rs"]
mod stats;

mod calls;
mod function;
mod memory;
mod node;
mod threads;

fn read<'a, T>(at: *const T, len: usize) -> &'a [T] {
    // Slices must not be null even when empty.
    if len == 0 { &[] } else { unsafe { core::slice::from_raw_parts(memory::place(at.addr(), len), len) } }
}

fn write<'a, T>(at: *mut T, len: usize) -> &'a mut [T] {
    if len == 0 { &mut [] } else { unsafe { core::slice::from_raw_parts_mut(memory::place(at.addr(), len), len) } }
}
