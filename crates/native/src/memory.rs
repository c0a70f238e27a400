//! The memory of an instance: ArrayBuffers that JavaScript made, each held by a reference while it is in use. Where they
//! are is asked anew for every call: JavaScript could have given one away.

use kestirme_edge::host::{BLOCK_STRIDE, BLOCKS, Block};
use napi::sys;
use std::ptr::null_mut;

/// Cache lines, and the widest vectors.
const ALIGN: usize = 64;

pub struct Memory {
    env: sys::napi_env,
    held: [sys::napi_ref; BLOCKS],
}

impl Memory {
    pub fn new(env: sys::napi_env) -> Self {
        Self { env, held: [null_mut(); BLOCKS] }
    }

    /// The first address in it that the processor finds aligned, never the block's first byte; 0: there are too many.
    pub fn hold(&mut self, buffer: sys::napi_value) -> Result<usize, &'static str> {
        let (start, bytes) = self.place_of(buffer).ok_or("hold takes an ArrayBuffer, which is not shared")?;
        let Some(block) = self.held.iter().position(|held| held.is_null()) else { return Ok(0) };
        let skip = ALIGN - start.addr() % ALIGN;
        if bytes <= skip {
            return Err("hold takes an ArrayBuffer of more than 64 bytes");
        }
        if bytes > BLOCK_STRIDE {
            return Err("the ArrayBuffer is larger than addresses can tell");
        }
        let made = unsafe { sys::napi_create_reference(self.env, buffer, 1, &mut self.held[block]) };
        if made != sys::Status::napi_ok {
            return Err("Node gives no reference to the ArrayBuffer");
        }
        Ok(block * BLOCK_STRIDE + skip)
    }

    /// Frees the bytes at once: who still has the ArrayBuffer finds it empty.
    pub fn drop(&mut self, address: usize) -> Result<(), &'static str> {
        let held = self.held.get_mut(address / BLOCK_STRIDE).filter(|held| !held.is_null());
        let held = std::mem::replace(held.ok_or("no ArrayBuffer is held at this address")?, null_mut());
        unsafe {
            sys::napi_detach_arraybuffer(self.env, self.value_of(held));
            sys::napi_delete_reference(self.env, held);
        }
        Ok(())
    }

    pub fn drop_all(&mut self) {
        for block in 0..BLOCKS {
            let _ = self.drop(block * BLOCK_STRIDE);
        }
    }

    pub fn blocks(&self) -> [Block; BLOCKS] {
        self.held.map(|held| {
            let place = if held.is_null() { None } else { self.place_of(self.value_of(held)) };
            // JavaScript does nothing while the call lasts, and the reference holds the bytes.
            place.map_or(Block::NONE, |(start, bytes)| unsafe { Block::new(start, bytes) })
        })
    }

    fn value_of(&self, held: sys::napi_ref) -> sys::napi_value {
        let mut value = null_mut();
        unsafe { sys::napi_get_reference_value(self.env, held, &mut value) };
        value
    }

    fn place_of(&self, buffer: sys::napi_value) -> Option<(*mut u8, usize)> {
        let (mut start, mut bytes) = (null_mut(), 0);
        let status = unsafe { sys::napi_get_arraybuffer_info(self.env, buffer, &mut start, &mut bytes) };
        (status == sys::Status::napi_ok).then_some((start.cast(), bytes))
    }
}

/// Without `drop_all` before, the ArrayBuffers stay as they are.
impl Drop for Memory {
    fn drop(&mut self) {
        for held in self.held.into_iter().filter(|held| !held.is_null()) {
            unsafe { sys::napi_delete_reference(self.env, held) };
        }
    }
}
