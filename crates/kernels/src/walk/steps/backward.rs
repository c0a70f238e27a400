use core::array::from_fn;
use core::ops::Range;

use super::{Map, Membrane, Normed, read, sums_of_step, tables_len};
use crate::neurons::{CURRENT_SUMS, Dynamics};
use crate::norms::{Layer, table_len};
use crate::par::{self, Shared};
use crate::simd::{Wide, each_vector};
use crate::surrogates::{Curve, Slope, Surrogate};
use crate::walk::terms::{ANY, CURRENT, Current, Dims, Residual, Terms};

/// Sums of dL/dn that a step's norm asks for: of it, and of its product with u - mean.
const NORM_SUMS: usize = 2;
/// Pixels whose derivatives are worked out at once.
const STRIP: usize = 64;

/// See [`crate::neurons::Neurons::backward_steps`].
pub(crate) struct Backward<'a> {
    pub dims: Dims,
    pub first: Current<'a>,
    pub residual: Residual<'a>,
    pub surrogate: &'a Surrogate,
    pub dense: bool,
    pub inject: &'a [f32],
    pub membrane: Membrane<'a>,
    pub partial: &'a mut [f32],
    pub g: &'a mut [f32],
    pub sums: &'a mut [f32],
    pub gradient: &'a mut [f32],
}

impl Backward<'_> {
    #[inline(never)]
    pub fn run<N: Normed>(self, neuron: &N, layer: Layer, parameters: &[f32]) {
        let Self { dims, dense, inject, membrane: Membrane { u, table, .. }, partial, g, sums, gradient, .. } = self;
        let terms = &Terms::new(dims, self.first, self.residual, &[]);
        let c = dims.channels;
        let rows = terms.sum_steps() * CURRENT_SUMS;
        let task_sums = (rows + NORM_SUMS) * c;
        let len = dims.steps * dims.step_len();
        assert_eq!((g.len(), u.len(), sums.len()), (len, len, task_sums));
        assert_eq!((layer.channels, table.len()), (c, tables_len(dims.steps, c)));
        assert!(inject.is_empty() || inject.len() == dims.batch * c);
        let curve = match self.surrogate.slope {
            Slope::Flat(height) => Curve::flat(height),
            Slope::Curve(curve) => curve,
        };
        let tasks = dims.tasks();
        let partial = &mut partial[..tasks * task_sums];
        partial.fill(0.0);
        let (u, g) = (&Shared::new(u), &Shared::new(g));
        for t in (0..dims.steps).rev() {
            let table = &mut table[t * table_len(1, c)..][..table_len(1, c)];
            let pass = Pass { neuron, terms, t, curve, half: self.surrogate.half, dense, inject, u, g };
            let each = |partial: &mut [f32], work: &(dyn Fn(Range<usize>, &mut [f32]) + Sync)| {
                let shared = Shared::new(partial);
                par::for_each(tasks, |task, _| {
                    work(dims.pixels_of(task), unsafe { shared.part(task * task_sums, task_sums) });
                });
            };
            let map = &*table;
            each(partial, &|pixels, sums| unsafe { pass.through_fire(map, pixels, &mut sums[rows * c..]) });
            let of_step = &mut sums[rows * c..];
            for (i, sum) in of_step.iter_mut().enumerate() {
                *sum = partial.chunks_exact(task_sums).map(|part| part[rows * c + i] as f64).sum::<f64>() as f32;
            }
            layer.backward(parameters, &sums_of_step(of_step, c, dims.step_pixels()), gradient, table);
            let map = &*table;
            each(partial, &|pixels, sums| unsafe { pass.through_charge(map, pixels, &mut sums[..rows * c]) });
        }
        for (i, sum) in sums[..rows * c].iter_mut().enumerate() {
            *sum = partial.chunks_exact(task_sums).map(|part| part[i] as f64).sum::<f64>() as f32;
        }
    }
}

/// A step of the way back, in two halves between which the sums of all pixels meet.
struct Pass<'a, N> {
    neuron: &'a N,
    terms: &'a Terms<'a>,
    t: usize,
    curve: Curve,
    half: f32,
    dense: bool,
    inject: &'a [f32],
    /// From a step on whose way back is done, it holds dL/dm, the gradient of what the step before left.
    u: &'a Shared<'a, f32>,
    g: &'a Shared<'a, f32>,
}

impl<N: Normed> Pass<'_, N> {
    fn at(&self, t: usize, pixel: usize, c: usize) -> usize {
        let dims = self.terms.dims;
        t * dims.step_len() + pixel * dims.channels + c
    }

    /// u, and dL/dm of what it leaves.
    #[inline(always)]
    unsafe fn membrane(&self, pixel: usize, c: usize, quads: usize) -> (Wide, Wide) {
        let at = |t| unsafe { Wide::load_quads(self.u.pointer(self.at(t, pixel, c)), quads) };
        let last = self.t + 1 == self.terms.dims.steps;
        (at(self.t), if last { Wide::zero() } else { at(self.t + 1) })
    }

    /// Replaces dL/ds by dL/dn, where n is the normalised membrane; writes its sums. `table`: of the step.
    #[inline(never)]
    unsafe fn through_fire(&self, table: &[f32], pixels: Range<usize>, sums: &mut [f32]) {
        let dims = self.terms.dims;
        let dynamics = self.neuron.dynamics();
        let half = Wide::splat(self.half);
        let mut slopes = [Wide::zero(); STRIP];
        each_vector(dims.channels, |c, quads| unsafe {
            let map = Map::at(table, dims.channels, c, quads);
            let mean = read(table, dims.channels, 2, c, quads);
            let mut totals = [Wide::zero(); NORM_SUMS];
            for start in pixels.clone().step_by(STRIP) {
                let count = STRIP.min(pixels.end - start);
                for (i, slope) in slopes[..count].iter_mut().enumerate() {
                    *slope = dynamics.over(map.of(self.membrane(start + i, c, quads).0));
                }
                self.curve.fill(&mut slopes[..count]);
                for (i, &slope) in slopes[..count].iter().enumerate() {
                    let pixel = start + i;
                    let (u, after) = self.membrane(pixel, c, quads);
                    let g = self.g.pointer(self.at(self.t, pixel, c));
                    let mut spikes = if self.dense { Wide::load_quads(g, quads) } else { Wide::zero() };
                    if !self.inject.is_empty() {
                        let image = pixel / dims.pixels * dims.channels;
                        spikes = spikes + Wide::load_quads(self.inject.as_ptr().add(image + c), quads);
                    }
                    let normal = map.of(u);
                    // A select, no product: what lies outside the surrogate's window was never computed.
                    let active = half.gt(dynamics.over(normal).abs());
                    let mut dn = Wide::zero();
                    let through_fire = |spikes: Wide| {
                        dn = active.keep(spikes * slope);
                        Wide::zero()
                    };
                    self.neuron.adjoint(u, dynamics.fire(normal), spikes, after, through_fire);
                    dn.store_quads(g, quads);
                    totals = [totals[0] + dn, totals[1] + dn * (u - mean)];
                }
            }
            for (row, total) in totals.into_iter().enumerate() {
                total.store_quads(sums[row * dims.channels + c..][..4 * quads].as_mut_ptr(), quads);
            }
        });
    }

    /// Replaces dL/dn by dL/dx, and u by the gradient of what the step before left; adds to the sums of the terms.
    #[inline(never)]
    unsafe fn through_charge(&self, table: &[f32], pixels: Range<usize>, sums: &mut [f32]) {
        let (terms, dims) = (self.terms, self.terms.dims);
        let dynamics = self.neuron.dynamics();
        let first_row = if terms.each_step() { self.t * CURRENT_SUMS } else { 0 };
        each_vector(dims.channels, |c, quads| unsafe {
            let map = Map::at(table, dims.channels, c, quads);
            let [by_n, by_u, rest] = [4, 5, 6].map(|row| read(table, dims.channels, row, c, quads));
            let column = terms.column::<ANY>(c, quads).at_step(terms, self.t);
            let mut totals = [Wide::zero(); CURRENT_SUMS];
            for pixel in pixels.clone() {
                let (u, after) = self.membrane(pixel, c, quads);
                let at = self.at(self.t, pixel, c);
                let dn = Wide::load_quads(self.g.pointer(at), quads);
                let through_fire = |_| by_n * dn + (by_u * u + rest);
                let fired = dynamics.fire(map.of(u));
                let (dx, before) = self.neuron.adjoint(u, fired, Wide::zero(), after, through_fire);
                before.store_quads(self.u.pointer(at), quads);
                dx.store_quads(self.g.pointer(at), quads);
                let (_, y) = column.current(terms, self.t, pixel);
                let second = if column.is(CURRENT) { dx * (y[1] - column.second.mean) } else { Wide::zero() };
                let values = [dx, dx * (y[0] - column.first.mean), second];
                totals = from_fn(|row| totals[row] + values[row]);
            }
            for (row, total) in totals.into_iter().enumerate() {
                let sum = sums[(first_row + row) * dims.channels + c..][..4 * quads].as_mut_ptr();
                (Wide::load_quads(sum, quads) + total).store_quads(sum, quads);
            }
        });
    }
}
