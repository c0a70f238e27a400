//! Four floats at once: WebAssembly's 128-bit vectors, and a portable twin for native builds.
//! Only operations that IEEE 754 rounds exactly, so both give the same bits. No fused multiply-add.

use core::ops::{Add, Div, Mul, Sub};

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32::*;

#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy, Debug)]
pub struct F32x4(v128);

#[cfg(target_arch = "wasm32")]
impl F32x4 {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self(f32x4_splat(x))
    }

    /// # Safety
    /// `from` must be readable for four floats.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { v128_load(from.cast()) })
    }

    /// # Safety
    /// `to` must be writable for four floats.
    #[inline(always)]
    pub unsafe fn store(self, to: *mut f32) {
        unsafe { v128_store(to.cast(), self.0) }
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
    pub fn from_array(lanes: [f32; 4]) -> Self {
        Self(f32x4(lanes[0], lanes[1], lanes[2], lanes[3]))
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        [
            f32x4_extract_lane::<0>(self.0),
            f32x4_extract_lane::<1>(self.0),
            f32x4_extract_lane::<2>(self.0),
            f32x4_extract_lane::<3>(self.0),
        ]
    }
}

#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy)]
pub struct Mask(v128);

#[cfg(target_arch = "wasm32")]
impl Mask {
    /// Lane i of `x` where lane i is set, else 0.
    #[inline(always)]
    pub fn keep(self, x: F32x4) -> F32x4 {
        F32x4(v128_and(self.0, x.0))
    }

    /// Lane i of `x` where lane i is not set, else 0.
    #[inline(always)]
    pub fn drop(self, x: F32x4) -> F32x4 {
        F32x4(v128_andnot(x.0, self.0))
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

#[cfg(target_arch = "wasm32")]
macro_rules! lanewise {
    ($trait:ident, $method:ident, $op:ident) => {
        impl $trait for F32x4 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self($op(self.0, other.0))
            }
        }
    };
}
#[cfg(target_arch = "wasm32")]
lanewise!(Add, add, f32x4_add);
#[cfg(target_arch = "wasm32")]
lanewise!(Sub, sub, f32x4_sub);
#[cfg(target_arch = "wasm32")]
lanewise!(Mul, mul, f32x4_mul);
#[cfg(target_arch = "wasm32")]
lanewise!(Div, div, f32x4_div);

impl F32x4 {
    /// `f` of each lane, for what no vector instruction does.
    #[inline(always)]
    pub fn map(self, f: impl Fn(f32) -> f32) -> Self {
        Self::from_array(self.to_array().map(f))
    }
}

/// Four sums in double precision.
#[cfg(target_arch = "wasm32")]
pub struct F64x4(v128, v128);

#[cfg(target_arch = "wasm32")]
impl F64x4 {
    pub fn zero() -> Self {
        Self(f64x2_splat(0.0), f64x2_splat(0.0))
    }

    #[inline(always)]
    pub fn add_squares(&mut self, x: F32x4) {
        let low = f64x2_promote_low_f32x4(x.0);
        let high = f64x2_promote_low_f32x4(i32x4_shuffle::<2, 3, 2, 3>(x.0, x.0));
        self.0 = f64x2_add(self.0, f64x2_mul(low, low));
        self.1 = f64x2_add(self.1, f64x2_mul(high, high));
    }

    pub fn total(&self) -> f64 {
        let sum = |pair| f64x2_extract_lane::<0>(pair) + f64x2_extract_lane::<1>(pair);
        sum(self.0) + sum(self.1)
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub struct F32x4([f32; 4]);

#[cfg(not(target_arch = "wasm32"))]
impl F32x4 {
    #[inline(always)]
    pub fn splat(x: f32) -> Self {
        Self([x; 4])
    }

    /// # Safety
    /// `from` must be readable for four floats.
    #[inline(always)]
    pub unsafe fn load(from: *const f32) -> Self {
        Self(unsafe { from.cast::<[f32; 4]>().read_unaligned() })
    }

    /// # Safety
    /// `to` must be writable for four floats.
    #[inline(always)]
    pub unsafe fn store(self, to: *mut f32) {
        unsafe { to.cast::<[f32; 4]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    pub fn gt(self, other: Self) -> Mask {
        Mask(core::array::from_fn(|i| if self.0[i] > other.0[i] { u32::MAX } else { 0 }))
    }

    #[inline(always)]
    pub fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    #[inline(always)]
    pub fn from_array(lanes: [f32; 4]) -> Self {
        Self(lanes)
    }

    #[inline(always)]
    pub fn to_array(self) -> [f32; 4] {
        self.0
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy)]
pub struct Mask([u32; 4]);

#[cfg(not(target_arch = "wasm32"))]
impl Mask {
    #[inline(always)]
    pub fn keep(self, x: F32x4) -> F32x4 {
        F32x4(core::array::from_fn(|i| f32::from_bits(x.0[i].to_bits() & self.0[i])))
    }

    #[inline(always)]
    pub fn drop(self, x: F32x4) -> F32x4 {
        F32x4(core::array::from_fn(|i| f32::from_bits(x.0[i].to_bits() & !self.0[i])))
    }

    #[inline(always)]
    pub fn bits(self) -> u32 {
        (0..4).fold(0, |bits, i| bits | (self.0[i] & 1) << i)
    }

    #[inline(always)]
    pub fn from_bits(bits: u32) -> Self {
        Self(core::array::from_fn(|i| 0u32.wrapping_sub(bits >> i & 1)))
    }
}

#[cfg(not(target_arch = "wasm32"))]
macro_rules! lanewise {
    ($trait:ident, $method:ident) => {
        impl $trait for F32x4 {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(core::array::from_fn(|i| self.0[i].$method(other.0[i])))
            }
        }
    };
}
#[cfg(not(target_arch = "wasm32"))]
lanewise!(Add, add);
#[cfg(not(target_arch = "wasm32"))]
lanewise!(Sub, sub);
#[cfg(not(target_arch = "wasm32"))]
lanewise!(Mul, mul);
#[cfg(not(target_arch = "wasm32"))]
lanewise!(Div, div);

#[cfg(not(target_arch = "wasm32"))]
pub struct F64x4([f64; 4]);

#[cfg(not(target_arch = "wasm32"))]
impl F64x4 {
    pub fn zero() -> Self {
        Self([0.0; 4])
    }

    #[inline(always)]
    pub fn add_squares(&mut self, x: F32x4) {
        for (sum, x) in self.0.iter_mut().zip(x.0) {
            *sum += x as f64 * x as f64;
        }
    }

    pub fn total(&self) -> f64 {
        let [a, b, c, d] = self.0;
        (a + b) + (c + d)
    }
}
