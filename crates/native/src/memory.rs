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
        Block(unsafe { bytes.add(bytes.align_offset(ALIGN)) })
    };
    BLOCK.get_or_init(allocate).0
}

/// Where `len` values at an address lie. An address outside the block is a fault, as it is in WebAssembly.
pub fn place<T>(address: usize, len: usize) -> *mut T {
    let inside =
        len.checked_mul(size_of::<T>()).and_then(|bytes| address.checked_add(bytes)).is_some_and(|end| end <= BYTES);
    assert!(address != 0 && inside, "{len} values at address {address} of {BYTES} bytes");
    assert!(address.is_multiple_of(align_of::<T>()), "address {address} for values of {} bytes", align_of::<T>());
    unsafe { start().add(address).cast() }
}

/// `bytes` zero bytes at a multiple of 64; 0 when there is no room. One reservation at a time.
pub fn reserve(bytes: usize) -> usize {
    if bytes > BYTES - ALIGN || RESERVED.swap(true, SeqCst) {
        return 0;
    }
    crate::write(ALIGN as *mut u8, bytes).fill(0);
    ALIGN
}

/// Gives back what `reserve` gave.
pub fn release(_address: usize, _bytes: usize) {
    RESERVED.store(false, SeqCst);
}

pub fn zero(at: *mut f32, len: usize) {
    crate::write(at, len).fill(0.0);
}
