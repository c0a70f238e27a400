//! Four floats: what every 64-bit ARM processor has.

use core::arch::aarch64::*;

pub const NAME: &str = "neon";
pub const WIDTH: usize = 4;

#[derive(Clone, Copy, Debug)]
pub struct Wide(float32x4_t);

impl Wide {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self(unsafe { vdupq_n_f32(x) })
    }

    /// # Safety
    /// `from` must be readable for a vector.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { vld1q_f32(from) })
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
        unsafe { vst1q_f32(to, self.0) }
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
        Mask(unsafe { vcgtq_f32(self.0, other.0) })
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(unsafe { vabsq_f32(self.0) })
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
        Self(unsafe { vaddq_f32(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(unsafe { vsubq_f32(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        Self(unsafe { vmulq_f32(self.0, other.0) })
    }

    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        Self(unsafe { vdivq_f32(self.0, other.0) })
    }
}

#[inline(always)]
fn lane_bits() -> uint32x4_t {
    unsafe { vld1q_u32([1, 2, 4, 8].as_ptr()) }
}

#[derive(Clone, Copy)]
pub struct Mask(uint32x4_t);

impl Mask {
    /// Lane i of `x` where lane i is set, else 0.
    #[inline(always)]
    pub fn keep(self, x: Wide) -> Wide {
        Wide(unsafe { vreinterpretq_f32_u32(vandq_u32(self.0, vreinterpretq_u32_f32(x.0))) })
    }

    /// Lane i of `x` where lane i is not set, else 0.
    #[inline(always)]
    pub fn drop(self, x: Wide) -> Wide {
        Wide(unsafe { vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(x.0), self.0)) })
    }

    /// Bit i for lane i.
    #[inline(always)]
    pub fn bits(self) -> u32 {
        unsafe { vaddvq_u32(vandq_u32(self.0, lane_bits())) }
    }

    /// The mask whose lane i is bit i of `bits`.
    #[inline(always)]
    pub fn from_bits(bits: u32) -> Self {
        Self(unsafe { vtstq_u32(vdupq_n_u32(bits), lane_bits()) })
    }
}
