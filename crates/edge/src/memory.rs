//! Slices at the addresses that TypeScript passes. WebAssembly's count from the start of its memory, as its pointers do;
//! a native host's are places in one of its blocks.

#[cfg(not(target_family = "wasm"))]
use crate::host::{Access, place};

#[cfg(target_family = "wasm")]
enum Access {
    Reads,
    Writes,
}

#[cfg(target_family = "wasm")]
fn place<T>(address: usize, _len: usize, _access: Access) -> *mut T {
    assert!(address != 0, "a kernel got the address 0");
    core::ptr::with_exposed_provenance_mut(address)
}

// Slices must not be null even when empty.

pub(crate) fn read<'a, T>(at: *const T, len: usize) -> &'a [T] {
    if len == 0 { &[] } else { unsafe { core::slice::from_raw_parts(place(at.addr(), len, Access::Reads), len) } }
}

pub(crate) fn write<'a, T>(at: *mut T, len: usize) -> &'a mut [T] {
    if len == 0 {
        &mut []
    } else {
        unsafe { core::slice::from_raw_parts_mut(place(at.addr(), len, Access::Writes), len) }
    }
}

/// Empty at the address 0.
pub(crate) fn read_optional<'a, T>(at: *const T, len: usize) -> &'a [T] {
    read(at, if at.is_null() { 0 } else { len })
}

/// Empty at the address 0.
pub(crate) fn write_optional<'a, T>(at: *mut T, len: usize) -> &'a mut [T] {
    write(at, if at.is_null() { 0 } else { len })
}
