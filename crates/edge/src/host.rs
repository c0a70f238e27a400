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
    slices: RefCell<Slices>,
    objects: RefCell<Objects>,
}

thread_local! {
    static CURRENT: Cell<Option<*const Host>> = const { Cell::new(None) };
}

impl Host {
    /// `number`: another one for each host, so that objects of one are none of another.
    pub fn new(number: u32) -> Self {
        Self {
            blocks: Cell::new([Block::NONE; BLOCKS]),
            slices: RefCell::default(),
            objects: RefCell::new(Objects::new(number)),
        }
    }

    /// Calls an export on these blocks. Whatever does not fit is a panic, and leaves the host as good as before.
    pub fn call(&self, export: &Export, blocks: [Block; BLOCKS], numbers: &[f64]) -> f64 {
        self.blocks.set(blocks);
        self.slices.borrow_mut().count = 0;
        let before = CURRENT.replace(Some(self));
        let _end = End(before);
        (export.call)(numbers)
    }
}

/// What a call does with a slice.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Access {
    #[default]
    Reads,
    Writes,
}

/// Addresses of a slice.
#[derive(Clone, Copy, Default)]
struct Slice {
    start: usize,
    end: usize,
    access: Access,
}

/// Those of the call that is under way.
#[derive(Default)]
struct Slices {
    all: [Slice; 24],
    count: usize,
}

impl Slices {
    fn add(&mut self, slice: Slice) {
        for other in &self.all[..self.count] {
            assert!(
                slice.end <= other.start
                    || other.end <= slice.start
                    || slice.access == other.access && slice.access == Access::Reads,
                "a call has addresses {} to {} twice, and writes there",
                slice.start.max(other.start),
                slice.end.min(other.end)
            );
        }
        self.all[self.count] = slice;
        self.count += 1;
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

/// Where `len` values at an address lie, for the time of the call. An address outside of the blocks is a fault, as it is in
/// WebAssembly, and so are values that another slice of the same call writes, or that this one does.
pub(crate) fn place<T>(address: usize, len: usize, access: Access) -> *mut T {
    assert!(address != 0, "a kernel got the address 0");
    let (block, offset) = (address / BLOCK_STRIDE, address % BLOCK_STRIDE);
    let Block { start, bytes } = with(|host| host.blocks.get()).get(block).copied().unwrap_or(Block::NONE);
    let end = len.checked_mul(size_of::<T>()).and_then(|size| offset.checked_add(size));
    let inside = end.is_some_and(|end| end <= bytes);
    assert!(inside, "memory access out of bounds: {len} values at address {address} of {bytes} bytes");
    let at: *mut T = unsafe { start.add(offset).cast() };
    assert!(at.is_aligned(), "address {address} for values of {} bytes", align_of::<T>());
    with(|host| host.slices.borrow_mut().add(Slice { start: address, end: address + len * size_of::<T>(), access }));
    at
}
