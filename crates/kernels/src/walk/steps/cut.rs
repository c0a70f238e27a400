//! Norms with fixed statistics, folded into thresholds.
//!
//! A neuron fires where scale * u + shift > threshold, as single precision rounds it. The rounded left side never falls
//! while u grows (never rises, for a negative scale), so there is one last u of those that stay silent: neurons that
//! compare with it fire exactly as those that normalise. It is looked for among the numbers of single precision, since
//! (threshold - shift) / scale may be a few of them away from it.

use crate::neurons::Dynamics;
use crate::norms::{Layer, row};
use crate::simd::{Mask, Wide};

/// `folded` `[2, C]`: a channel's neurons fire where sign * u > threshold. Where the scale is negative, so is the sign: the
/// neurons fire below a membrane potential. Where it is zero they always fire, or never: the threshold is infinite.
/// `table`: scratch, of one step.
pub fn fold(threshold: f32, layer: &Layer, parameters: &[f32], running: &[f32], table: &mut [f32], folded: &mut [f32]) {
    layer.forward_eval(parameters, running, table);
    let [scales, shifts] = [0, 1].map(|r| row(table, layer.channels, r));
    let (signs, cuts) = folded.split_at_mut(layer.channels);
    for c in 0..layer.channels {
        (signs[c], cuts[c]) = cut(threshold, scales[c], shifts[c]);
    }
}

pub fn cut(threshold: f32, scale: f32, shift: f32) -> (f32, f32) {
    let sign = if scale < 0.0 { -1.0 } else { 1.0 };
    let fires = |u: f32| scale * (sign * u) + shift > threshold;
    if scale == 0.0 {
        return (sign, if shift > threshold { f32::NEG_INFINITY } else { f32::INFINITY });
    }
    // Silent at -inf, fires at inf.
    let (mut silent, mut firing) = (place(f32::NEG_INFINITY), place(f32::INFINITY));
    while firing - silent > 1 {
        let middle = silent + (firing - silent) / 2;
        if fires(at(middle)) {
            firing = middle;
        } else {
            silent = middle;
        }
    }
    (sign, at(silent))
}

/// Where a number stands in the order of all numbers of single precision.
fn place(x: f32) -> i64 {
    let bits = x.to_bits() as i32;
    i64::from(if bits < 0 { i32::MIN.wrapping_sub(bits) } else { bits })
}

fn at(place: i64) -> f32 {
    let bits = place as i32;
    f32::from_bits((if bits < 0 { i32::MIN.wrapping_sub(bits) } else { bits }) as u32)
}

/// Neurons that fire by what [`fold`] left.
#[derive(Clone, Copy)]
pub struct Cut<'a, D> {
    plain: D,
    folded: &'a [f32],
    sign: Wide,
    threshold: Wide,
}

impl<'a, D> Cut<'a, D> {
    pub fn new(plain: D, folded: &'a [f32]) -> Self {
        Self { plain, folded, sign: Wide::zero(), threshold: Wide::zero() }
    }
}

impl<D: Dynamics> Dynamics for Cut<'_, D> {
    type State = D::State;

    #[inline(always)]
    fn at_channel(self, c: usize, quads: usize) -> Self {
        let (signs, thresholds) = self.folded.split_at(self.folded.len() / 2);
        let [sign, threshold] = [signs, thresholds].map(|row| {
            assert!(c + 4 * quads <= row.len());
            unsafe { Wide::load_quads(row.as_ptr().add(c), quads) }
        });
        Self { plain: self.plain.at_channel(c, quads), sign, threshold, ..self }
    }

    #[inline(always)]
    fn charge(&self, t: usize, before: D::State, x: Wide) -> Wide {
        self.plain.charge(t, before, x)
    }

    /// An evaluation asks no surrogate.
    #[inline(always)]
    fn over(&self, u: Wide) -> Wide {
        self.sign * u - self.threshold
    }

    #[inline(always)]
    fn fire(&self, u: Wide) -> Mask {
        (self.sign * u).gt(self.threshold)
    }

    #[inline(always)]
    fn reset(&self, before: D::State, u: Wide, fired: Mask) -> D::State {
        self.plain.reset(before, u, fired)
    }
}
