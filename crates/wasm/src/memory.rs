use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::panic;
use std::sync::Mutex;
use wasm_bindgen::prelude::*;

const ALIGN: usize = 64;

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// `bytes` zero bytes at a multiple of 64; 0 when the host has no more.
#[wasm_bindgen(js_name = reserve)]
pub fn reserve(bytes: usize) -> *mut u8 {
    let layout = Layout::from_size_align(bytes.max(ALIGN), ALIGN).expect("a size below 4 GiB");
    unsafe { alloc_zeroed(layout) }
}

/// Gives back what `reserve` gave, with the same size.
#[wasm_bindgen(js_name = release)]
pub fn release(at: *mut u8, bytes: usize) {
    let layout = Layout::from_size_align(bytes.max(ALIGN), ALIGN).expect("a size below 4 GiB");
    unsafe { dealloc(at, layout) }
}

/// Keeps the words of a panic for `lastPanic`: a trap alone says only "unreachable".
#[wasm_bindgen(js_name = keepPanics)]
pub fn keep_panics() {
    panic::set_hook(Box::new(|info| {
        if let Ok(mut last) = LAST_PANIC.try_lock() {
            *last = info.to_string();
        }
    }));
}

/// The words of the last panic of any thread, or nothing.
#[wasm_bindgen(js_name = lastPanic)]
pub fn last_panic() -> String {
    LAST_PANIC.try_lock().map(|last| last.clone()).unwrap_or_default()
}
