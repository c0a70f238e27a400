//! Slices at the addresses that TypeScript passes. WebAssembly's count from the start of its memory, as its pointers do;
//! a native host has a block of memory, and its addresses count from the block's start.

#[cfg(not(target_family = "wasm"))]
mod block {
    use std::sync::OnceLock;

    struct Block {
        start: *mut u8,
        bytes: usize,
    }

    // The block lives as long as the process; what lies in it is the host's affair, as it is in WebAssembly.
    unsafe impl Send for Block {}
    unsafe impl Sync for Block {}

    static BLOCK: OnceLock<Block> = OnceLock::new();

    /// Says where the block of memory is, once.
    ///
    /// # Safety
    /// The `bytes` from `start` on must be memory that stays and that nobody else uses.
    pub unsafe fn set_block(start: *mut u8, bytes: usize) {
        BLOCK.get_or_init(|| Block { start, bytes });
    }

    /// Where `len` values at an address lie. An address outside the block is a fault, as it is in WebAssembly.
    pub fn place<T>(address: usize, len: usize) -> *mut T {
        let Block { start, bytes } = BLOCK.get().expect("the host has said where its memory is");
        let size = size_of::<T>();
        let inside = len.checked_mul(size).and_then(|size| address.checked_add(size)).is_some_and(|end| end <= *bytes);
        assert!(address != 0 && inside, "{len} values at address {address} of {bytes} bytes");
        assert!(address.is_multiple_of(align_of::<T>()), "address {address} for values of {} bytes", align_of::<T>());
        unsafe { start.add(address).cast() }
    }
}

#[cfg(not(target_family = "wasm"))]
use block::place;
#[cfg(not(target_family = "wasm"))]
pub use block::set_block;

#[cfg(target_family = "wasm")]
fn place<T>(address: usize, _len: usize) -> *mut T {
    assert!(address != 0, "a kernel got the address 0");
    core::ptr::with_exposed_provenance_mut(address)
}

// Slices must not be null even when empty.

pub(crate) fn read<'a, T>(at: *const T, len: usize) -> &'a [T] {
    if len == 0 { &[] } else { unsafe { core::slice::from_raw_parts(place(at.addr(), len), len) } }
}

pub(crate) fn write<'a, T>(at: *mut T, len: usize) -> &'a mut [T] {
    if len == 0 { &mut [] } else { unsafe { core::slice::from_raw_parts_mut(place(at.addr(), len), len) } }
}
