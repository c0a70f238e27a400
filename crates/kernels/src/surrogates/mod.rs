//! Derivatives used for the step function in the backward pass, as functions of v = u - threshold: a file for each.
//!
//! Only two things of a surrogate meet the loops over neurons: the number `half`, outside which the derivative is zero,
//! and the derivative itself, which one indirect call works out for a strip of neurons.

mod atan;
mod damped_triangle;
mod erf;
mod fast_sigmoid;
mod piecewise_exponential;
mod piecewise_quadratic;
mod rectangle;
mod sigmoid;
mod soft_sign;
mod super_spike;
mod tanh;
mod triangle;

use crate::simd::Wide;

/// A family of surrogates with one number, its option.
pub struct Kind {
    pub name: &'static str,
    shape: fn(option: f32) -> Shape,
}

/// All there are; a kind's place is its number at the edge.
pub const KINDS: [&Kind; 12] = [
    &rectangle::KIND,
    &tanh::KIND,
    &triangle::KIND,
    &piecewise_quadratic::KIND,
    &sigmoid::KIND,
    &atan::KIND,
    &fast_sigmoid::KIND,
    &super_spike::KIND,
    &soft_sign::KIND,
    &erf::KIND,
    &piecewise_exponential::KIND,
    &damped_triangle::KIND,
];

/// A surrogate with its constants worked out.
#[derive(Clone, Copy, Debug)]
pub struct Surrogate {
    pub name: &'static str,
    pub option: f32,
    /// The derivative is zero unless |v| is below it; infinite where the derivative is nowhere zero.
    pub half: f32,
    pub(crate) slope: Slope,
}

struct Shape {
    half: f32,
    slope: Slope,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Slope {
    /// The same number wherever it is not zero.
    Flat(f32),
    Curve(Curve),
}

/// Replaces each v by the derivative there, which counts only where |v| is below `half`.
pub(crate) type Fill = fn(numbers: [f32; 2], v: &mut [Wide]);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Curve {
    numbers: [f32; 2],
    fill: Fill,
}

impl Kind {
    pub fn with(&self, option: f32) -> Surrogate {
        let Shape { half, slope } = (self.shape)(option);
        Surrogate { name: self.name, option, half, slope }
    }
}

impl Surrogate {
    /// # Panics
    /// If there is no such name.
    pub fn named(name: &str, option: f32) -> Self {
        let kind = KINDS.into_iter().find(|kind| kind.name == name);
        kind.unwrap_or_else(|| panic!("there is no surrogate {name}")).with(option)
    }
}

impl Curve {
    /// The curve that is `height` everywhere.
    pub(crate) fn flat(height: f32) -> Self {
        Self { numbers: [height, 0.0], fill: |[height, _], v| v.fill(Wide::splat(height)) }
    }

    #[inline(always)]
    pub(crate) fn fill(&self, v: &mut [Wide]) {
        (self.fill)(self.numbers, v);
    }
}

impl Shape {
    fn flat(half: f32, height: f32) -> Self {
        Self { half, slope: Slope::Flat(height) }
    }

    /// `numbers`: the constants that `fill` is called with.
    fn within(half: f32, numbers: [f32; 2], fill: Fill) -> Self {
        Self { half, slope: Slope::Curve(Curve { numbers, fill }) }
    }

    fn everywhere(numbers: [f32; 2], fill: Fill) -> Self {
        Self::within(f32::INFINITY, numbers, fill)
    }
}

/// Replaces each v by `f(v)`.
#[inline(always)]
fn each(v: &mut [Wide], f: impl Fn(Wide) -> Wide) {
    for v in v {
        *v = f(*v);
    }
}

/// peak / (1 + slope |v|)^2: the fast sigmoid, by each of its names.
fn fast_sigmoid_curve([peak, slope]: [f32; 2], v: &mut [Wide]) {
    let [one, peak, slope] = [1.0, peak, slope].map(Wide::splat);
    each(v, |v| {
        let root = one + slope * v.abs();
        peak / (root * root)
    });
}

/// peak - slope |v|: a triangle.
fn triangle_curve([peak, slope]: [f32; 2], v: &mut [Wide]) {
    let [peak, slope] = [peak, slope].map(Wide::splat);
    each(v, |v| peak - slope * v.abs());
}
