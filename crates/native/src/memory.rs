//! One block of memory, which JavaScript sees as an ArrayBuffer, as it sees WebAssembly's.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Enough for the network of `npm run verify`; what nobody touches costs nothing.
pub const BYTES: usize = 1 << 28;
const ALIGN: usize = 64;

/// Lives as long as the process: JavaScript may hold views of it at any time.
struct Block(*mut u8);

unsafe impl Send for Block {}
unsafe impl Sync for Block {}

static BLOCK: OnceLock<Block> = OnceLock::new();
static RESERVED: AtomicBool = AtomicBool::new(false);

pub fn start() -> *mut u8 {
    let allocate = || {
        // The allocator asks the system for zeros, and pages that nobody touches stay unmade.
        let bytes = Box::leak(vec![0u8; BYTES + ALIGN].into_boxed_slice()).as_mut_ptr();
        let start = unsafe { bytes.add(bytes.align_offset(ALIGN)) };
        unsafe { kestirme_edge::set_block(start, BYTES) };
        Block(start)
    };
    BLOCK.get_or_init(allocate).0
}

/// `bytes` zero bytes at a multiple of 64; 0 when there is no room. One reservation at a time.
pub fn reserve(bytes: usize) -> usize {
    if bytes > BYTES - ALIGN || RESERVED.swap(true, SeqCst) {
        return 0;
    }
    unsafe { start().add(ALIGN).write_bytes(0, bytes) };
    ALIGN
}

/// Gives back what `reserve` gave.
pub fn release() {
    RESERVED.store(false, SeqCst);
}
