//! The kernels as native code for Node to load: `@kestirme/native`. The functions are those of `kestirme-edge`, under the
//! same names as in the WebAssembly file, numbers in and a number out; here are memory, threads and the way into Node.
//!
//! There is a build for each level of instructions, from the same sources: `levels` says which of them the processor has,
//! and the lowest runs everywhere. `open` gives an instance: an object with memory and threads of its own.

mod call;
mod instance;
mod levels;
mod memory;
mod panics;

use napi::bindgen_prelude::{Env, Object, Result};
use napi_derive::napi;

#[napi(module_exports)]
pub fn add_level(mut exports: Object) -> Result<()> {
    panics::keep_words();
    exports.set("simd", levels::OWN)
}

/// The levels that this processor has, lowest first.
#[napi]
pub fn levels() -> Vec<&'static str> {
    levels::of_processor()
}

#[napi(js_name = "abiVersion")]
pub fn abi_version() -> u32 {
    kestirme_edge::abi_version()
}

/// An object with every kernel under its name, and
///
/// - `hold(buffer)`: the first address in an ArrayBuffer that is a multiple of 64 for the processor; 0: there are too many;
/// - `drop(address)`: gives the ArrayBuffer back, which is empty then, whoever still has it;
/// - `close()`: ends the threads and frees everything. Calls are errors then, but freeing an object is none.
#[napi]
pub fn open(env: &Env, threads: f64) -> Result<Object<'_>> {
    instance::open(env, threads)
}
