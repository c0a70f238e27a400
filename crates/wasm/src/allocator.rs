//! Rust's allocator with a count of what it gives, by which tests see that a training step takes nothing and that a
//! network leaves nothing behind.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::alloc::{GlobalAlloc, Layout, System};
use wasm_bindgen::prelude::*;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);

impl Counting {
    fn count(given: *mut u8, bytes: usize) -> *mut u8 {
        if !given.is_null() {
            ALLOCATIONS.fetch_add(1, Relaxed);
            LIVE_BYTES.fetch_add(bytes, Relaxed);
        }
        given
    }
}

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count(unsafe { System.alloc(layout) }, layout.size())
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // The sum wraps where it becomes smaller.
        Self::count(unsafe { System.realloc(at, layout, bytes) }, bytes.wrapping_sub(layout.size()))
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE_BYTES.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

/// How often memory has been taken so far, by all threads; a number that begins again after 2^32.
#[wasm_bindgen(js_name = allocations)]
pub fn allocations() -> usize {
    ALLOCATIONS.load(Relaxed)
}

/// Bytes that have been taken and not given back, arenas among them.
#[wasm_bindgen(js_name = liveBytes)]
pub fn live_bytes() -> usize {
    LIVE_BYTES.load(Relaxed)
}
