use core::array::from_fn;
use core::ops::Range;

use super::learned_rows;
use super::slopes::{Flat, Slopes};
use super::terms::{ANY, CURRENT, Current, Dims, MAX_STEPS, NONE, Residual, SPIKES, Terms};
use crate::neurons::{CURRENT_SUMS, Dynamics, Lanes, Neuron, StateOf, Step};
use crate::par::{self, Shared};
use crate::simd::{Wide, each_vector};
use crate::surrogates::{Curve, Slope, Surrogate};

/// Whether a column goes through all pixels of a task before the next one. Not where memory is the narrowest place: there
/// lines are best read as they lie.
const ALL_AT_ONCE: bool = cfg!(target_family = "wasm");
/// Else so many pixels.
const PIXELS: usize = 4;
/// Floats of a line: a row of so many is read whole by either order.
const LINE: usize = 16;

/// See [`crate::neurons::Neurons::backward`].
pub(crate) struct Backward<'a> {
    pub dims: Dims,
    pub first: Current<'a>,
    pub residual: Residual<'a>,
    pub start: &'a [f32],
    pub surrogate: &'a Surrogate,
    pub dense: bool,
    pub inject: &'a [f32],
    pub partial: &'a mut [f32],
    pub g: &'a mut [f32],
    pub sums: &'a mut [f32],
}

impl Backward<'_> {
    #[inline(never)]
    pub fn run<N: Neuron>(self, neuron: &N) {
        let Self { dims, dense, inject, partial, g, sums, .. } = self;
        let terms = &Terms::new(dims, self.first, self.residual, self.start);
        let task_sums = (terms.sum_steps() * CURRENT_SUMS + learned_rows::<N>(dims.steps)) * dims.channels;
        assert_eq!((g.len(), sums.len()), (dims.steps * dims.step_len(), task_sums));
        assert!(inject.is_empty() || inject.len() == dims.batch * dims.channels);
        let g = &Shared::new(g);
        // Constants of the surrogate are read from memory: V8 would work them out again for each neuron.
        let half = Wide::splat(self.surrogate.half);
        let flat = |height| Pass { slopes: Flat(Wide::splat(height)), half, neuron, dense, inject, terms, g };
        let curved = |curve| Pass { slopes: curve, half, neuron, dense, inject, terms, g };
        let pass: &(dyn Task + Sync) = match self.surrogate.slope {
            Slope::Flat(height) if N::FLAT && !terms.are_rare() => &flat(height),
            Slope::Flat(height) => &curved(Curve::flat(height)),
            Slope::Curve(curve) => &curved(curve),
        };
        let tasks = dims.tasks();
        let partial = &mut partial[..tasks * task_sums];
        let shared = Shared::new(partial);
        par::for_each(tasks, |task, _| {
            let sums = unsafe { shared.part(task * task_sums, task_sums) };
            unsafe { pass.run(dims.pixels_of(task), sums) };
        });
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum = partial.chunks_exact(task_sums).map(|part| part[i] as f64).sum::<f64>() as f32;
        }
    }
}

/// A time step of a vector of neurons, written by the way up for the way down.
#[derive(Clone, Copy)]
struct Visit<K> {
    u: Wide,
    /// The y of each term.
    y: [Wide; 2],
    /// dL/ds from the layers above.
    g: Wide,
    kept: K,
}

struct Pass<'a, N, S> {
    slopes: S,
    /// Of the surrogate's support.
    half: Wide,
    neuron: &'a N,
    dense: bool,
    inject: &'a [f32],
    terms: &'a Terms<'a>,
    g: &'a Shared<'a, f32>,
}

/// A pass over some pixels; writes their sums.
trait Task {
    unsafe fn run(&self, pixels: Range<usize>, sums: &mut [f32]);
}

impl<N: Neuron, S: Slopes> Task for Pass<'_, N, S> {
    unsafe fn run(&self, pixels: Range<usize>, sums: &mut [f32]) {
        match self.terms.kind {
            // One instance of the loops is enough for maps of each step, for planes and for random membranes, which are not common.
            _ if S::IN_STRIPS && self.terms.are_rare() => unsafe { self.columns::<ANY, 0>(pixels, sums) },
            _ if !N::Dynamics::COMMON => unsafe { self.with_kind::<ANY>(pixels, sums) },
            NONE => unsafe { self.with_kind::<NONE>(pixels, sums) },
            SPIKES => unsafe { self.with_kind::<SPIKES>(pixels, sums) },
            _ => unsafe { self.with_kind::<CURRENT>(pixels, sums) },
        }
    }
}

impl<N: Neuron, S: Slopes> Pass<'_, N, S> {
    unsafe fn with_kind<const KIND: u8>(&self, pixels: Range<usize>, sums: &mut [f32]) {
        match self.terms.dims.steps {
            // The usual neuron at usual numbers of steps, whose membranes then stay in registers.
            2 if N::SHORT && !S::IN_STRIPS => unsafe { self.columns::<KIND, 2>(pixels, sums) },
            4 if N::SHORT && !S::IN_STRIPS => unsafe { self.columns::<KIND, 4>(pixels, sums) },
            _ => unsafe { self.columns::<KIND, 0>(pixels, sums) },
        }
    }

    /// Vector after vector of channels, whose constants and sums stay in registers over some pixels. STEPS: 0 for any number.
    #[inline(never)]
    unsafe fn columns<const KIND: u8, const STEPS: usize>(&self, pixels: Range<usize>, sums: &mut [f32]) {
        // All zero, in a way that does not become hundreds of stores.
        let mut history: [Visit<N::Kept>; MAX_STEPS] = unsafe { core::mem::zeroed() };
        let mut slopes = [Wide::zero(); MAX_STEPS];
        let channels = self.terms.dims.channels;
        if !ALL_AT_ONCE || N::LearnedAtStep::LEN > 0 || KIND == ANY && self.terms.each_step() {
            sums.fill(0.0);
        }
        let sums = sums.as_mut_ptr();
        let some = if ALL_AT_ONCE || channels <= LINE { pixels.len() } else { PIXELS };
        for start in pixels.clone().step_by(some) {
            each_vector(channels, |c, quads| unsafe {
                let pixels = start..(start + some).min(pixels.end);
                self.column::<KIND, STEPS>(c, quads, pixels, &mut history, &mut slopes, sums.add(c));
            });
        }
    }

    /// Adds to the rows of `sums`, which begin at the channel `c`.
    #[inline(always)]
    unsafe fn column<const KIND: u8, const STEPS: usize>(
        &self,
        c: usize,
        quads: usize,
        pixels: Range<usize>,
        history: &mut [Visit<N::Kept>; MAX_STEPS],
        slopes: &mut [Wide; MAX_STEPS],
        sums: *mut f32,
    ) {
        let (terms, dims) = (self.terms, self.terms.dims);
        let zero = Wide::zero();
        let steps = if STEPS == 0 { dims.steps } else { STEPS };
        // As many pixels as the history holds, where the derivative is worked out for many neurons at once.
        let strip = if S::IN_STRIPS { MAX_STEPS / steps } else { 1 };
        let each_step = KIND == ANY && terms.each_step();
        let g = self.g.pointer(0);
        let column = unsafe { terms.column::<KIND>(c, quads) };
        let (neuron, dynamics) = (self.neuron, self.neuron.dynamics().at_channel(c, quads));
        let at_row = |row: usize| unsafe { sums.add(row * dims.channels) };
        let sum = |row: usize| if ALL_AT_ONCE { zero } else { unsafe { Wide::load_quads(at_row(row), quads) } };
        let learned_row = terms.sum_steps() * CURRENT_SUMS;
        let step_row = |t: usize| learned_row + N::Learned::LEN + t * N::LearnedAtStep::LEN;
        let mut totals: [Wide; CURRENT_SUMS] = from_fn(sum);
        let mut learned = N::Learned::from_fn(|row| sum(learned_row + row));
        for start in pixels.clone().step_by(strip) {
            let count = if S::IN_STRIPS { strip.min(pixels.end - start) } else { 1 };
            for i in 0..count {
                let pixel = start + i;
                let start = unsafe { column.start(terms, pixel) };
                let mut state = start.map_or(StateOf::<N>::zero(), |membrane| dynamics.start(membrane));
                for (t, visit) in history[i * steps..][..steps].iter_mut().enumerate() {
                    let (x, y) = unsafe { column.at_step(terms, t).current(terms, t, pixel) };
                    visit.u = dynamics.charge(t, state, x);
                    visit.y = y;
                    visit.kept = neuron.keep(state, x);
                    state = dynamics.reset(state, visit.u, dynamics.fire(visit.u));
                    if self.dense {
                        // Read before any of it is written: steps lie whole pages apart, and a processor that compares
                        // the ends of addresses lets a read wait for the write of another step.
                        let at = t * dims.step_len() + pixel * dims.channels + c;
                        visit.g = unsafe { Wide::load_quads(g.add(at), quads) };
                    }
                    if S::IN_STRIPS {
                        slopes[i * steps + t] = dynamics.over(visit.u);
                    }
                }
            }
            if S::IN_STRIPS {
                self.slopes.fill(&mut slopes[..count * steps]);
            }
            for i in 0..count {
                let pixel = start + i;
                let injected = match self.inject {
                    [] => zero,
                    inject => unsafe {
                        Wide::load_quads(inject.as_ptr().add(pixel / dims.pixels * dims.channels + c), quads)
                    },
                };
                let mut state = StateOf::<N>::zero();
                let at = pixel * dims.channels + c;
                let history = &history[i * steps..][..steps];
                for (t, &Visit { u, y, g: from_above, kept }) in history.iter().enumerate().rev() {
                    let slope = self.slopes.at(if S::IN_STRIPS { slopes[i * steps + t] } else { zero });
                    // A select, no product: what lies outside the surrogate's window was never computed.
                    let over = dynamics.over(u);
                    let active = self.half.gt(over.abs());
                    let through_fire = |spikes: Wide| active.keep(spikes * slope);
                    let mut at_step =
                        N::LearnedAtStep::from_fn(|i| unsafe { Wide::load_quads(at_row(step_row(t) + i), quads) });
                    let step = Step { t, u, over, kept, sums: &mut at_step };
                    let gs = from_above + injected;
                    let (dx, before) = neuron.adjoint(&dynamics, step, gs, state, through_fire, &mut learned);
                    state = before;
                    at_step.each(|i, sum| unsafe { sum.store_quads(at_row(step_row(t) + i), quads) });
                    unsafe { dx.store_quads(g.add(t * dims.step_len() + at), quads) };
                    if each_step {
                        let column = unsafe { column.at_step(terms, t) };
                        let second = if column.is(CURRENT) { dx * (y[1] - column.second.mean) } else { zero };
                        let values = [dx, dx * (y[0] - column.first.mean), second];
                        for (row, value) in values.into_iter().enumerate() {
                            let row = at_row(t * CURRENT_SUMS + row);
                            unsafe { (Wide::load_quads(row, quads) + value).store_quads(row, quads) };
                        }
                        continue;
                    }
                    totals[0] = totals[0] + dx;
                    totals[1] = totals[1] + dx * (y[0] - column.first.mean);
                    if column.is(CURRENT) {
                        totals[2] = totals[2] + dx * (y[1] - column.second.mean);
                    }
                }
            }
        }
        let write = |row: usize, total: Wide| unsafe { total.store_quads(at_row(row), quads) };
        if !each_step {
            totals.into_iter().enumerate().for_each(|(row, total)| write(row, total));
        }
        learned.each(|row, total| write(learned_row + row, total));
    }
}
