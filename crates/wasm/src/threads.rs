//! A rayon pool whose threads are workers that the host made: each waits in `workerMain` for its rayon thread.
//!
//! Mutex and Condvar, since a worker that waits on std's channels is never woken here.

use kestirme_kernels::par;
use std::sync::{Condvar, Mutex};
use wasm_bindgen::prelude::*;

struct Queue {
    builders: Mutex<Vec<rayon::ThreadBuilder>>,
    added: Condvar,
}

static QUEUE: Queue = Queue { builders: Mutex::new(Vec::new()), added: Condvar::new() };

/// Runs one thread of the pool; returns when the pool has been stopped.
#[wasm_bindgen(js_name = workerMain)]
pub fn worker_main() {
    let mut builders = QUEUE.builders.lock().expect("nothing panics while it holds the queue");
    let builder = loop {
        match builders.pop() {
            Some(builder) => break builder,
            None => builders = QUEUE.added.wait(builders).expect("nothing panics while it holds the queue"),
        }
    };
    drop(builders);
    builder.run();
}

/// Makes the pool that helps this thread in the kernels, of `threads` workers that are in `workerMain` or on their way.
#[wasm_bindgen(js_name = startPool)]
pub fn start_pool(threads: usize) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .spawn_handler(|builder| {
            QUEUE.builders.lock().expect("nothing panics while it holds the queue").push(builder);
            QUEUE.added.notify_one();
            Ok(())
        })
        .build()
        .expect("the spawn handler never fails");
    par::set_pool(Some(pool));
}

/// Ends the pool: its workers return from `workerMain`.
#[wasm_bindgen(js_name = stopPool)]
pub fn stop_pool() {
    par::set_pool(None);
}
