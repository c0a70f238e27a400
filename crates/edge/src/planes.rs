use crate::{read, read_optional, write, write_optional};
use kestirme_kernels::planes::{self as kernel, Operation};
use kestirme_kernels::walk::Dims;
use kestirme_kernels::words;

/// What is done with two bits.
#[derive(Clone, Copy)]
pub enum BitOperation {
    And,
    AndNot,
    Or,
}

/// What an operand's gradient is multiplied by: 1, the other operand's bits, 1 less those, minus those.
#[derive(Clone, Copy)]
pub enum Factor {
    One,
    Bits,
    Not,
    Minus,
}

/// A plane's part of the values `[pixels, C]`: `weight` where a bit is set; `accumulate`: they hold those of the planes before.
pub fn plane_values(
    pixels: usize,
    channels: usize,
    bits: *const u32,
    weight: f32,
    accumulate: bool,
    values: *mut f32,
) {
    let values = write(values, pixels * channels);
    kernel::values(channels, read(bits, pixels * words(channels)), weight, accumulate, values);
}

/// `out` = `a` and `b`, `a` and not `b`, or `a` or `b`, in each of `len` words.
pub fn combine_bits(operation: BitOperation, a: *const u32, b: *const u32, len: usize, out: *mut u32) {
    let operation = match operation {
        BitOperation::And => Operation::And,
        BitOperation::AndNot => Operation::AndNot,
        BitOperation::Or => Operation::Or,
    };
    kernel::combine(operation, read(a, len), read(b, len), write(out, len));
}

/// One place of a sum of binary numbers, whose digits are `len` words of bits each: `sum` of `a`, `b` and `carry` (address 0: nothing),
/// and `carried` to the next place (address 0: nobody asks).
pub fn add_digits(a: *const u32, b: *const u32, carry: *const u32, len: usize, sum: *mut u32, carried: *mut u32) {
    let carry = read_optional(carry, len);
    let carried = write_optional(carried, len);
    kernel::add_digits(read(a, len), read(b, len), carry, write(sum, len), carried);
}

/// The gradient of one operand of a result `[T, B, pixels, C]`, `into`, from that of the result: `g`, or address 0 where only
/// heads read it, plus `inject` `[B, C]`, or address 0; `bits`: of the other operand; `accumulate`: what `into` holds is added to.
pub fn pass_gradient(
    steps: usize,
    batch: usize,
    pixels: usize,
    channels: usize,
    g: *const f32,
    inject: *const f32,
    factor: Factor,
    bits: *const u32,
    accumulate: bool,
    into: *mut f32,
) {
    let d = Dims { steps, batch, pixels, channels };
    let len = steps * batch * pixels * channels;
    let g = read_optional(g, len);
    let inject = read_optional(inject, batch * channels);
    let bits = || read(bits, d.spike_words());
    let factor = match factor {
        Factor::One => kernel::Factor::One,
        Factor::Bits => kernel::Factor::Bits(bits()),
        Factor::Not => kernel::Factor::Not(bits()),
        Factor::Minus => kernel::Factor::Minus(bits()),
    };
    kernel::pass_on(&d, g, inject, factor, accumulate, write(into, len));
}
