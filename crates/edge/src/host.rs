//! A native host's side of the door: the memory and the objects of one engine. The calling thread is told whose they are
//! for the time of a call, so that engines in one thread, and in several, have nothing in common.

use crate::Export;
use crate::objects::Objects;
use core::cell::{Cell, RefCell};
use core::ptr::null_mut;

/// Blocks of memory at the same time.
pub const BLOCKS: usize = 4;
/// An address is a place in a block, plus this many for each block before it.
pub const BLOCK_STRIDE: usize = 1 << 48;

#[derive(Clone, Copy)]
pub struct Block {
    start: *mut u8,
    bytes: usize,
}

impl Block {
    pub const NONE: Self = Self { start: null_mut(), bytes: 0 };

    /// # Safety
    /// The `bytes` from `start` on must be memory that nobody else uses during a call that is made with this block.
    pub unsafe fn new(start: *mut u8, bytes: usize) -> Self {
        Self { start, bytes }
    }
}

pub struct Host {
    blocks: Cell<[Block; BLOCKS]>,
    objects: RefCell<Objects>,
}

thread_local! {
    static CURRENT: Cell<Option<*const Host>> = const { Cell::new(None) };
}

impl Host {
    /// `number`: another one for each host, so that objects of one are none of another.
    pub fn new(number: u32) -> Self {
        Self { blocks: Cell::new([Block::NONE; BLOCKS]), objects: RefCell::new(Objects::new(number)) }
    }

    /// Calls an export on these blocks. Whatever does not fit is a panic, and leaves the host as good as before.
    pub fn call(&self, export: &Export, blocks: [Block; BLOCKS], numbers: &[f64]) -> f64 {
        self.blocks.set(blocks);
        let before = CURRENT.replace(Some(self));
        let _end = End(before);
        (export.call)(numbers)
    }
}

/// Ends a call, even if it panics.
struct End(Option<*const Host>);

impl Drop for End {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

fn with<R>(work: impl FnOnce(&Host) -> R) -> R {
    let host = CURRENT.get().expect("a call of a host is under way");
    // It is borrowed by the call that is under way.
    work(unsafe { &*host })
}

pub(crate) fn with_objects<R>(work: impl FnOnce(&mut Objects) -> R) -> R {
    with(|host| work(&mut host.objects.borrow_mut()))
}

/// Where `len` values at an address lie. An address outside of the blocks is a fault, as it is in WebAssembly.
pub(crate) fn place<T>(address: usize, len: usize) -> *mut T {
    assert!(address != 0, "a kernel got the address 0");
    let (block, offset) = (address / BLOCK_STRIDE, address % BLOCK_STRIDE);
    let Block { start, bytes } = with(|host| host.blocks.get()).get(block).copied().unwrap_or(Block::NONE);
    let end = len.checked_mul(size_of::<T>()).and_then(|size| offset.checked_add(size));
    let inside = end.is_some_and(|end| end <= bytes);
    assert!(inside, "memory access out of bounds: {len} values at address {address} of {bytes} bytes");
    let at: *mut T = unsafe { start.add(offset).cast() };
    assert!(at.is_aligned(), "address {address} for values of {} bytes", align_of::<T>());
    at
}
