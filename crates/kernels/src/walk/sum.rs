//! A membrane current that several layers read: the sum of its terms, written out.

use core::array::from_fn;

use super::terms::{ANY, CURRENT, Current, Dims, Residual, Terms};
use crate::neurons::CURRENT_SUMS;
use crate::par::{self, Shared};
use crate::simd::{Wide, each_vector};

/// Rows of the sums over a current's gradient; `map_steps`: T where a term's map is another one at each step, else 1.
pub fn sum_rows(map_steps: usize) -> usize {
    map_steps * CURRENT_SUMS
}

/// Floats of scratch for [`backward`].
pub fn partial_len(dims: &Dims, map_steps: usize) -> usize {
    dims.tasks() * sum_rows(map_steps) * dims.channels
}

/// The current `[T, B, H, W, C]`, as neurons would read it.
pub fn forward(dims: Dims, first: Current, residual: Residual, current: &mut [f32]) {
    let terms = &Terms::new(dims, first, residual, &[]);
    assert_eq!(current.len(), dims.steps * dims.step_len());
    let current = &Shared::new(current);
    par::for_each(dims.tasks(), |task, _| {
        each_vector(dims.channels, |c, quads| {
            let column = unsafe { terms.column::<ANY>(c, quads) };
            for t in 0..dims.steps {
                let column = unsafe { column.at_step(terms, t) };
                for pixel in dims.pixels_of(task) {
                    let at = t * dims.step_len() + pixel * dims.channels + c;
                    unsafe { column.current(terms, t, pixel).0.store_quads(current.pointer(at), quads) };
                }
            }
        });
    });
}

/// From g = dL/dcurrent `[T, B, H, W, C]` what the norms of the terms ask for: `sums` `[sum_rows, C]`, over all (t, b, h, w)
/// or of each step, of g, g * (y1 - mean1) and g * (y2 - mean2).
pub fn backward(dims: Dims, first: Current, residual: Residual, g: &[f32], partial: &mut [f32], sums: &mut [f32]) {
    let terms = &Terms::new(dims, first, residual, &[]);
    let task_sums = sum_rows(terms.sum_steps()) * dims.channels;
    assert_eq!((g.len(), sums.len()), (dims.steps * dims.step_len(), task_sums));
    let partial = &mut partial[..dims.tasks() * task_sums];
    let shared = Shared::new(partial);
    par::for_each(dims.tasks(), |task, _| {
        let sums = unsafe { shared.part(task * task_sums, task_sums) };
        each_vector(dims.channels, |c, quads| {
            let column = unsafe { terms.column::<ANY>(c, quads) };
            let mut totals = [Wide::zero(); CURRENT_SUMS];
            for t in 0..dims.steps {
                let column = unsafe { column.at_step(terms, t) };
                for pixel in dims.pixels_of(task) {
                    let at = t * dims.step_len() + pixel * dims.channels + c;
                    let g = unsafe { Wide::load_quads(g[at..][..4 * quads].as_ptr(), quads) };
                    let (_, y) = unsafe { column.current(terms, t, pixel) };
                    let second = if column.is(CURRENT) { g * (y[1] - column.second.mean) } else { Wide::zero() };
                    let values = [g, g * (y[0] - column.first.mean), second];
                    totals = from_fn(|row| totals[row] + values[row]);
                }
                if terms.each_step() || t + 1 == dims.steps {
                    let step = if terms.each_step() { t } else { 0 };
                    for (row, total) in totals.into_iter().enumerate() {
                        let at = (step * CURRENT_SUMS + row) * dims.channels + c;
                        unsafe { total.store_quads(sums[at..][..4 * quads].as_mut_ptr(), quads) };
                    }
                    totals = [Wide::zero(); CURRENT_SUMS];
                }
            }
        });
    });
    for (i, sum) in sums.iter_mut().enumerate() {
        *sum = partial.chunks_exact(task_sums).map(|part| part[i] as f64).sum::<f64>() as f32;
    }
}
