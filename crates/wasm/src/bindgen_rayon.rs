//! The pool of wasm-bindgen-rayon in place of our own: what `npm run compare:threads` compares ours with.

use kestirme_kernels::par;
use wasm_bindgen::prelude::*;

/// Starts the workers of rayon's global pool, of which a module has one for good.
pub use wasm_bindgen_rayon::init_thread_pool;

/// Lets the threads of `initThreadPool` help this one in the kernels.
#[wasm_bindgen(js_name = useGlobalPool)]
pub fn use_global_pool() {
    par::use_global_pool();
}
