//! Arrays: for machines without a file of their own, and for Miri.

use core::array::from_fn;

pub const NAME: &str = "portable";
pub const WIDTH: usize = 4;

#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub struct Wide([f32; WIDTH]);

impl Wide {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self([x; WIDTH])
    }

    /// # Safety
    /// `from` must be readable for a vector.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { from.cast::<[f32; WIDTH]>().read_unaligned() })
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
        unsafe { to.cast::<[f32; WIDTH]>().write_unaligned(self.0) }
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
        Mask(from_fn(|i| if self.0[i] > other.0[i] { u32::MAX } else { 0 }))
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    #[inline(always)]
    pub fn from_array(lanes: [f32; WIDTH]) -> Self {
        Self(lanes)
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; WIDTH] {
        self.0
    }

    /// The lanes, folded to four by adding their halves to each other.
    #[inline(always)]
    pub(super) fn folded(self) -> [f32; 4] {
        self.to_array()
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] + other.0[i]))
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] - other.0[i]))
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] * other.0[i]))
    }

    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i] / other.0[i]))
    }
}

#[derive(Clone, Copy)]
pub struct Mask([u32; WIDTH]);

impl Mask {
    /// Lane i of `x` where lane i is set, else 0.
    #[inline(always)]
    pub fn keep(self, x: Wide) -> Wide {
        Wide(from_fn(|i| f32::from_bits(x.0[i].to_bits() & self.0[i])))
    }

    /// Lane i of `x` where lane i is not set, else 0.
    #[inline(always)]
    pub fn drop(self, x: Wide) -> Wide {
        Wide(from_fn(|i| f32::from_bits(x.0[i].to_bits() & !self.0[i])))
    }

    /// Bit i for lane i.
    #[inline(always)]
    pub fn bits(self) -> u32 {
        (0..WIDTH).fold(0, |bits, i| bits | (self.0[i] & 1) << i)
    }

    /// The mask whose lane i is bit i of `bits`.
    #[inline(always)]
    pub fn from_bits(bits: u32) -> Self {
        Self(from_fn(|i| 0u32.wrapping_sub(bits >> i & 1)))
    }
}
