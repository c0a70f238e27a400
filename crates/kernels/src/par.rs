//! Running the tasks of a kernel on the pool's threads.
//!
//! A task is a number; which thread runs it, and when, is left open and must not matter. `Shared` hands the tasks one
//! output slice, of which each may touch only its own part.

use core::marker::PhantomData;
#[cfg(feature = "threads")]
pub use current::{set_pool, use_global_pool};
#[cfg(all(feature = "threads", not(target_family = "wasm")))]
pub use {crate::crew::Crew, current::with_crew};

/// The crew of a WebAssembly instance, which is that of all kernels on its memory.
#[cfg(all(feature = "threads", target_family = "wasm"))]
mod current {
    use crate::crew::Crew;
    use std::sync::{Arc, RwLock};

    static CREW: RwLock<Option<Arc<Crew>>> = RwLock::new(None);

    /// The pool whose threads help the calling one in all kernels from now on; None: it works alone.
    /// Dropping the old pool lets its threads end.
    pub fn set_pool(pool: Option<rayon::ThreadPool>) {
        *CREW.write().expect("no kernel panics while it holds the crew") = pool.map(|pool| Arc::new(Crew::new(pool)));
    }

    /// As [`set_pool`], of rayon's global pool, which nothing ends.
    pub fn use_global_pool() {
        *CREW.write().expect("no kernel panics while it holds the crew") = Some(Arc::new(Crew::of_global_pool()));
    }

    pub fn crew() -> Option<Arc<Crew>> {
        CREW.read().expect("no kernel panics while it holds the crew").clone()
    }
}

/// The crew of the calling thread: engines in one process, in one thread or in several, have each its own.
#[cfg(all(feature = "threads", not(target_family = "wasm")))]
mod current {
    use crate::crew::Crew;
    use core::cell::RefCell;
    use std::sync::Arc;

    thread_local! {
        static CREW: RefCell<Option<Arc<Crew>>> = const { RefCell::new(None) };
    }

    /// The pool whose threads help the calling one in all kernels that it calls from now on; None: it works alone.
    /// Dropping the old pool lets its threads end.
    pub fn set_pool(pool: Option<rayon::ThreadPool>) {
        replace(pool.map(|pool| Arc::new(Crew::new(pool))));
    }

    /// As [`set_pool`], of rayon's global pool, which nothing ends.
    pub fn use_global_pool() {
        replace(Some(Arc::new(Crew::of_global_pool())));
    }

    /// `work` with this crew's help in the kernels that it calls; None: it works alone.
    pub fn with_crew<R>(crew: Option<&Arc<Crew>>, work: impl FnOnce() -> R) -> R {
        let _before = Before(replace(crew.cloned()));
        work()
    }

    fn replace(crew: Option<Arc<Crew>>) -> Option<Arc<Crew>> {
        CREW.with(|current| current.replace(crew))
    }

    /// Puts back the crew that there was, even if the work panics.
    struct Before(Option<Arc<Crew>>);

    impl Drop for Before {
        fn drop(&mut self) {
            replace(self.0.take());
        }
    }

    pub fn crew() -> Option<Arc<Crew>> {
        CREW.with(|current| current.borrow().clone())
    }
}

/// Threads that run tasks, the calling one included.
pub fn threads() -> usize {
    #[cfg(feature = "threads")]
    if let Some(crew) = current::crew() {
        return crew.threads();
    }
    1
}

/// Runs `task(i, thread)` for every i below `count`; `thread` is below [`threads`].
pub fn for_each(count: usize, task: impl Fn(usize, usize) + Sync) {
    #[cfg(feature = "threads")]
    if count > 1
        && let Some(crew) = current::crew()
    {
        crew.run(count, &task);
        return;
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
