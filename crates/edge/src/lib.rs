//! The one door to the kernels, for every host: check lengths, make slices, call. No numerics here.
//!
//! A kernel's file here has the same name as in `kestirme-kernels`. All that is public in the files that `door!` names is
//! exported: functions, structs with their public methods, and enums. Hosts pass numbers, and addresses inside one arena
//! that TypeScript plans. Objects such as `Conv2d` hold the sizes of one call, so that calls carry addresses only and
//! nothing is allocated in a training step.

#![allow(clippy::not_unsafe_ptr_arg_deref)] // Addresses come from the memory plan; the lengths follow from the sizes.
#![allow(clippy::too_many_arguments)] // Addresses cross the edge one by one.

#[cfg(not(target_family = "wasm"))]
pub mod host;
mod memory;
mod number;
#[cfg(not(target_family = "wasm"))]
mod objects;
mod terms;

kestirme_door::door! {
    mod abi;
    mod adam;
    mod add;
    mod conv2d;
    mod currents;
    mod encode;
    mod exact_math;
    mod fill;
    mod firing_rate;
    mod flatten;
    mod global_average_pool;
    mod init;
    mod linear;
    mod losses;
    mod neurons;
    mod norms;
    mod planes;
    mod pool;
    mod sgd;
    mod start;
    mod stats;
}

#[cfg(not(target_family = "wasm"))]
pub use abi::abi_version;
use memory::{read, read_optional, write, write_optional};

/// The text of packages/core/src/kernels/api.ts.
#[cfg(not(target_family = "wasm"))]
pub fn typescript() -> String {
    format!(
        "{}\n/** The number that `abiVersion` has to tell. */\nexport const expectedAbi = {};\n",
        declarations(),
        abi::abi_version()
    )
}
