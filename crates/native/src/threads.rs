//! The pool that helps the calling thread: of the machine's own threads, where WebAssembly has workers.

#[cfg(feature = "threads")]
pub fn start_pool(threads: usize) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("the machine gives threads");
    kestirme_kernels::par::set_pool(Some(pool));
}

#[cfg(feature = "threads")]
pub fn stop_pool() {
    kestirme_kernels::par::set_pool(None);
}

#[cfg(not(feature = "threads"))]
pub fn start_pool(_threads: usize) {
    panic!("this is the build without threads");
}

#[cfg(not(feature = "threads"))]
pub fn stop_pool() {}
