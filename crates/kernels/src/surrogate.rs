//! Derivatives used for the step function in the backward pass (method reference, section 2.1).

use crate::simd::{F32x4, Mask};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Surrogate {
    /// 1 / width where |u - threshold| < width / 2.
    Rectangle { width: f32 },
    /// b (1 - tanh^2(b v)) / (2 tanh(b / 2)) for |v| <= 1/2, v = u - threshold (the Dspike form, Li et al. 2021).
    Tanh { sharpness: f32 },
}

/// A surrogate with its constants worked out.
#[derive(Clone, Copy)]
pub enum Derivative {
    Rectangle { half: F32x4, height: F32x4 },
    Tanh { sharpness: f32, peak: f32 },
}

impl Surrogate {
    pub fn derivative(self) -> Derivative {
        match self {
            Self::Rectangle { width } => {
                Derivative::Rectangle { half: F32x4::splat(width / 2.0), height: F32x4::splat(1.0 / width) }
            }
            Self::Tanh { sharpness } => {
                let peak = sharpness as f64 / (2.0 * libm::tanh(sharpness as f64 / 2.0));
                Derivative::Tanh { sharpness, peak: peak as f32 }
            }
        }
    }
}

impl Derivative {
    /// The lanes in which the derivative is not zero, at v = u - threshold.
    #[inline(always)]
    pub fn active(&self, v: F32x4) -> Mask {
        match *self {
            Self::Rectangle { half, .. } => half.gt(v.abs()),
            // |v| <= 1/2, edges included.
            Self::Tanh { .. } => F32x4::splat(0.5f32.next_up()).gt(v.abs()),
        }
    }

    /// The derivative in the lanes that are active.
    #[inline(always)]
    pub fn at(&self, v: F32x4) -> F32x4 {
        match *self {
            Self::Rectangle { height, .. } => height,
            Self::Tanh { sharpness, peak } => F32x4::from_array(v.to_array().map(|v| {
                let tanh = libm::tanhf(sharpness * v);
                peak * (1.0 - tanh * tanh)
            })),
        }
    }
}
