//! Running the tasks of a kernel on the pool's threads.
//!
//! A task is a number; which thread runs it, and when, is left open and must not matter. `Shared` hands the tasks one
//! output slice, of which each may touch only its own part.

use core::marker::PhantomData;
#[cfg(feature = "threads")]
use core::sync::atomic::{AtomicUsize, Ordering};
#[cfg(feature = "threads")]
use std::sync::{Arc, RwLock};

#[cfg(feature = "threads")]
static POOL: RwLock<Option<Arc<rayon::ThreadPool>>> = RwLock::new(None);

/// The pool that all kernels of this process use from now on; None runs them in the calling thread.
/// Dropping the old pool lets its threads end.
#[cfg(feature = "threads")]
pub fn set_pool(pool: Option<rayon::ThreadPool>) {
    *POOL.write().expect("no kernel panics while it holds the pool") = pool.map(Arc::new);
}

/// Threads that run tasks.
pub fn threads() -> usize {
    #[cfg(feature = "threads")]
    if let Some(pool) = POOL.read().expect("no kernel panics while it holds the pool").as_ref() {
        return pool.current_num_threads();
    }
    1
}

/// Runs `task(i, thread)` for every i below `count`; `thread` is below [`threads`].
pub fn for_each(count: usize, task: impl Fn(usize, usize) + Sync) {
    #[cfg(feature = "threads")]
    if count > 1 {
        let pool = POOL.read().expect("no kernel panics while it holds the pool").clone();
        if let Some(pool) = pool {
            let next = AtomicUsize::new(0);
            pool.broadcast(|context| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count {
                        break;
                    }
                    task(i, context.index());
                }
            });
            return;
        }
    }
    for i in 0..count {
        task(i, 0);
    }
}

/// A slice that tasks write in disjoint parts.
pub struct Shared<'a, T> {
    start: *mut T,
    len: usize,
    _slice: PhantomData<&'a mut [T]>,
}

unsafe impl<T: Send> Send for Shared<'_, T> {}
unsafe impl<T: Send> Sync for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    pub fn new(slice: &'a mut [T]) -> Self {
        Self { start: slice.as_mut_ptr(), len: slice.len(), _slice: PhantomData }
    }

    /// The part `[from, from + len)`.
    ///
    /// # Safety
    /// No two tasks may hold overlapping parts at the same time.
    #[allow(clippy::mut_from_ref)] // The whole point: tasks share the slice, the caller keeps their parts apart.
    pub unsafe fn part(&self, from: usize, len: usize) -> &mut [T] {
        assert!(from + len <= self.len, "part {from}+{len} of {}", self.len);
        unsafe { core::slice::from_raw_parts_mut(self.start.add(from), len) }
    }

    /// The address of element `at`, for tasks whose parts interleave.
    pub fn pointer(&self, at: usize) -> *mut T {
        assert!(at < self.len, "element {at} of {}", self.len);
        unsafe { self.start.add(at) }
    }
}
