//! Derivatives used for the step function in the backward pass (method reference, section 2.1).

use crate::simd::{F32x4, Mask};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Surrogate {
    /// 1 / width where |u - threshold| < width / 2.
    Rectangle { width: f32 },
    /// b (1 - tanh^2(b v)) / (2 tanh(b / 2)) for |v| <= 1/2, v = u - threshold (the Dspike form, Li et al. 2021).
    Tanh { sharpness: f32 },
}

/// A surrogate's derivative with its constants worked out.
pub trait Derivative: Copy + Sync {
    /// The lanes in which the derivative is not zero, at v = u - threshold.
    fn active(self, v: F32x4) -> Mask;

    /// The derivative in the lanes that are active.
    fn at(self, v: F32x4) -> F32x4;
}

#[derive(Clone, Copy)]
pub struct Rectangle {
    half: F32x4,
    height: F32x4,
}

#[derive(Clone, Copy)]
pub struct Tanh {
    sharpness: f32,
    peak: f32,
}

impl Rectangle {
    pub fn new(width: f32) -> Self {
        Self { half: F32x4::splat(width / 2.0), height: F32x4::splat(1.0 / width) }
    }
}

impl Tanh {
    pub fn new(sharpness: f32) -> Self {
        let peak = sharpness as f64 / (2.0 * libm::tanh(sharpness as f64 / 2.0));
        Self { sharpness, peak: peak as f32 }
    }
}

impl Derivative for Rectangle {
    #[inline(always)]
    fn active(self, v: F32x4) -> Mask {
        self.half.gt(v.abs())
    }

    #[inline(always)]
    fn at(self, _: F32x4) -> F32x4 {
        self.height
    }
}

impl Derivative for Tanh {
    #[inline(always)]
    fn active(self, v: F32x4) -> Mask {
        // |v| <= 1/2, edges included.
        F32x4::splat(0.5f32.next_up()).gt(v.abs())
    }

    #[inline(always)]
    fn at(self, v: F32x4) -> F32x4 {
        F32x4::from_array(v.to_array().map(|v| {
            let tanh = libm::tanhf(self.sharpness * v);
            self.peak * (1.0 - tanh * tanh)
        }))
    }
}
