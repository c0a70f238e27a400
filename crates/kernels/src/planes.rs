//! Values that are sums of bit planes, each with a weight, and what happens to them element by element.
//!
//! A plane is `[pixels, words(C)]`. Bits behind the channels are 0 and stay 0.

use crate::par::{self, Shared};
use crate::update::TASK_FLOATS;
use crate::walk::Dims;
use crate::words;

/// Pixels of one task.
fn task_pixels(channels: usize) -> usize {
    (TASK_FLOATS / channels).max(1)
}

/// A plane's part of the values `[pixels, C]`: `weight` where a bit is set, added to what there is when `accumulate`.
pub fn values(channels: usize, bits: &[u32], weight: f32, accumulate: bool, out: &mut [f32]) {
    let per_pixel = words(channels);
    let pixels = bits.len() / per_pixel;
    assert_eq!((bits.len(), out.len()), (pixels * per_pixel, pixels * channels));
    let each = task_pixels(channels);
    let out = Shared::new(out);
    par::for_each(pixels.div_ceil(each), |task, _| {
        for pixel in task * each..((task + 1) * each).min(pixels) {
            let out = unsafe { out.part(pixel * channels, channels) };
            for (c, out) in out.iter_mut().enumerate() {
                let value = if bits[pixel * per_pixel + c / 32] >> (c % 32) & 1 == 1 { weight } else { 0.0 };
                *out = if accumulate { *out + value } else { value };
            }
        }
    });
}

/// What is done with two bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    And,
    /// The first, unless the second.
    AndNot,
    Or,
}

/// `out` = `a` op `b`, for every bit.
pub fn combine(operation: Operation, a: &[u32], b: &[u32], out: &mut [u32]) {
    assert_eq!((a.len(), b.len()), (out.len(), out.len()));
    let shared = Shared::new(out);
    par::for_each(a.len().div_ceil(TASK_FLOATS), |task, _| {
        let from = task * TASK_FLOATS;
        let to = (from + TASK_FLOATS).min(a.len());
        let out = unsafe { shared.part(from, to - from) };
        let pairs = a[from..to].iter().zip(&b[from..to]);
        for (out, (a, b)) in out.iter_mut().zip(pairs) {
            *out = match operation {
                Operation::And => a & b,
                Operation::AndNot => a & !b,
                Operation::Or => a | b,
            };
        }
    });
}

/// Digits of binary numbers, in planes whose bits count 1, 2, 4: the digit `sum` of `a` + `b` + `carry`, each a digit of the
/// same place, and what they carry to the next one. Empty `carry`: nothing; empty `carried`: nobody asks for it.
pub fn add_digits(a: &[u32], b: &[u32], carry: &[u32], sum: &mut [u32], carried: &mut [u32]) {
    let len = sum.len();
    assert_eq!((a.len(), b.len()), (len, len));
    assert!(carry.is_empty() || carry.len() == len);
    assert!(carried.is_empty() || carried.len() == len);
    let asked = !carried.is_empty();
    let (sum, carried) = (Shared::new(sum), Shared::new(carried));
    par::for_each(len.div_ceil(TASK_FLOATS), |task, _| {
        for i in task * TASK_FLOATS..((task + 1) * TASK_FLOATS).min(len) {
            let (a, b, c) = (a[i], b[i], carry.get(i).copied().unwrap_or(0));
            unsafe {
                *sum.pointer(i) = a ^ b ^ c;
                if asked {
                    *carried.pointer(i) = a & b | c & (a ^ b);
                }
            }
        }
    });
}

/// What an operand's gradient is multiplied by, element by element: the derivative of the result.
#[derive(Clone, Copy)]
pub enum Factor<'a> {
    One,
    /// Of the other operand's bits.
    Bits(&'a [u32]),
    /// One less those.
    Not(&'a [u32]),
    /// Minus those.
    Minus(&'a [u32]),
}

/// The gradient of one operand, `into` `[T, B, H, W, C]` (added to when `accumulate`), from that of the result.
///
/// - `g` `[T, B, H, W, C]` or empty: from the layers that read the result.
/// - `inject` `[B, C]` or empty: what the heads add, the same at every step and pixel.
pub fn pass_on(d: &Dims, g: &[f32], inject: &[f32], factor: Factor, accumulate: bool, into: &mut [f32]) {
    let (pixels, channels, per_pixel) = (d.steps * d.step_pixels(), d.channels, words(d.channels));
    assert_eq!(into.len(), pixels * channels);
    assert!(g.is_empty() || g.len() == into.len());
    assert!(inject.is_empty() || inject.len() == d.batch * channels);
    if let Factor::Bits(bits) | Factor::Not(bits) | Factor::Minus(bits) = factor {
        assert_eq!(bits.len(), pixels * per_pixel);
    }
    let each = task_pixels(channels);
    let into = Shared::new(into);
    par::for_each(pixels.div_ceil(each), |task, _| {
        for pixel in task * each..((task + 1) * each).min(pixels) {
            let into = unsafe { into.part(pixel * channels, channels) };
            let g = g.get(pixel * channels..).unwrap_or(&[]);
            let injected = inject.get(pixel / d.pixels % d.batch * channels..).unwrap_or(&[]);
            for (c, into) in into.iter_mut().enumerate() {
                let given = g.get(c).copied().unwrap_or(0.0) + injected.get(c).copied().unwrap_or(0.0);
                let bit = |bits: &[u32]| bits[pixel * per_pixel + c / 32] >> (c % 32) & 1 == 1;
                // Selects, no products: where nobody asked for a gradient there may be anything.
                let passed = match factor {
                    Factor::One => given,
                    Factor::Bits(bits) if bit(bits) => given,
                    Factor::Not(bits) if !bit(bits) => given,
                    Factor::Minus(bits) if bit(bits) => -given,
                    Factor::Bits(_) | Factor::Not(_) | Factor::Minus(_) => 0.0,
                };
                *into = if accumulate { *into + passed } else { passed };
            }
        }
    });
}
