//! Four floats: WebAssembly's 128 bits.

use core::arch::wasm32::*;

pub const NAME: &str = "simd128";
pub const WIDTH: usize = 4;

#[derive(Clone, Copy, Debug)]
pub struct Wide(v128);

impl Wide {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self(f32x4_splat(x))
    }

    /// # Safety
    /// `from` must be readable for a vector.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { v128_load(from.cast()) })
    }

    /// # Safety
    /// `from` must be readable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn load_quads(from: *const f32, _quads: usize) -> Self {
        unsafe { Self::load(from) }
    }

    /// # Safety
    /// `to` must be writable for a vector.
    #[inline(always)]
    pub unsafe fn store(self, to: *mut f32) {
        unsafe { v128_store(to.cast(), self.0) }
    }

    /// # Safety
    /// `to` must be writable for `4 * quads` floats.
    #[inline(always)]
    pub unsafe fn store_quads(self, to: *mut f32, _quads: usize) {
        unsafe { self.store(to) }
    }

    /// All ones in the lanes where `self > other`.
    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask {
        Mask(f32x4_gt(self.0, other.0))
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(f32x4_abs(self.0))
    }

    #[inline(always)]
    pub fn from_array(lanes: [f32; WIDTH]) -> Self {
        unsafe { Self::load(lanes.as_ptr()) }
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; WIDTH] {
        let mut lanes = [0.0; WIDTH];
        unsafe { self.store(lanes.as_mut_ptr()) };
        lanes
    }

    /// The lanes, folded to four by adding their halves to each other.
    #[inline(always)]
    pub(super) fn folded(self) -> [f32; 4] {
        self.to_array()
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        Self(f32x4_div(self.0, other.0))
    }
}

#[derive(Clone, Copy)]
pub struct Mask(v128);

impl Mask {
    /// Lane i of `x` where lane i is set, else 0.
    #[inline(always)]
    pub fn keep(self, x: Wide) -> Wide {
        Wide(v128_and(self.0, x.0))
    }

    /// Lane i of `x` where lane i is not set, else 0.
    #[inline(always)]
    pub fn drop(self, x: Wide) -> Wide {
        Wide(v128_andnot(x.0, self.0))
    }

    /// Bit i for lane i.
    #[inline(always)]
    pub fn bits(self) -> u32 {
        i32x4_bitmask(self.0) as u32
    }

    /// The mask whose lane i is bit i of `bits`.
    #[inline(always)]
    pub fn from_bits(bits: u32) -> Self {
        let lanes = i32x4(1, 2, 4, 8);
        Self(i32x4_eq(v128_and(i32x4_splat(bits as i32), lanes), lanes))
    }
}
